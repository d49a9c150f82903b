export type { AccessToken, AccessTokenRejection } from "./resource/access-token.ts";
export type { BearerRequest } from "./resource/credentials.ts";
export { accessTokenOf } from "./resource/held.ts";
export {
  type AccessOptions,
  type AccessTokenAlgorithm,
  type ResourceServer,
  type ResourceServerOptions,
  resourceServer,
} from "./resource/resource-server.ts";
export type { AccessRefusal, AccessResult } from "./resource/result.ts";
