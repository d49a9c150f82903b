export type { JwtAlgorithm } from "./keys/algorithm.ts";
export { generateJwk } from "./keys/generate.ts";
export type { PrivateJwk, PublicJwk } from "./keys/jwk.ts";
export { JWKS_HEADERS, type Jwks, jwks } from "./keys/jwks.ts";
export type { JwtKeyInput, JwtKeyOptions } from "./keys/ring.ts";
export { type JwtCodecOptions, jwtCodec } from "./session/codec.ts";
