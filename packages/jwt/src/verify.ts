/** For services that only check access tokens: of sessions, stores and cookies nothing is loaded. */
export type { KeySet } from "./access/key-set.ts";
export { AccessKeysError } from "./access/keys-error.ts";
export type { AccessRejection, AccessResult, AccessToken } from "./access/result.ts";
export {
  type AccessAlgorithm,
  type AccessVerifier,
  type AccessVerifierOptions,
  accessTokenVerifier,
  bearerToken,
  verifyAccessToken,
} from "./access/verifier.ts";
