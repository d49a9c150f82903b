export { complete, fail, mustBeFunction, mustCount, oneOf } from "./config.ts";
export { EventHub } from "./events.ts";
export { deriveKey } from "./sealed/derive.ts";
export { importKey } from "./sealed/key.ts";
export {
  type Opened,
  type Sealer,
  type SealerOptions,
  type SealRejection,
  sealer,
} from "./sealed/sealer.ts";
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
export { guardStore, type StoreErrorHub } from "./store/caller.ts";
