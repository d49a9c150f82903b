export {
  type AccessDetails,
  type AccessRequest,
  type AccessTokens,
  type AccessTokensOptions,
  accessTokens,
  type IssuedAccessToken,
} from "./access/issuer.ts";
export type { JwtAlgorithm } from "./keys/algorithm.ts";
export { generateJwk } from "./keys/generate.ts";
export type { PrivateJwk, PublicJwk } from "./keys/jwk.ts";
export { JWKS_HEADERS, type Jwks, jwks } from "./keys/jwks.ts";
export type { JwtKeyInput, JwtKeyOptions } from "./keys/ring.ts";
export {
  type RefreshTokens,
  type RefreshTokensOptions,
  refreshTokens,
  type TokenPair,
} from "./refresh/tokens.ts";
export { type JwtCodecOptions, jwtCodec } from "./session/codec.ts";
export { type JwtOptions, jwt } from "./session/storage.ts";
