export type {
  CarriedSession,
  CodecContext,
  CodecRejection,
  DecodedToken,
  TokenCodec,
} from "./stateless/codec.ts";
export {
  type CachedRevocation,
  type TokenStorageOptions,
  tokenStorage,
} from "./stateless/storage.ts";
