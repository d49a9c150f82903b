export { generateKey } from "./sealed/key.ts";
export {
  type KeyOptions,
  type KeyRing,
  type KeyState,
  keyRing,
  type RingKey,
} from "./sealed/key-ring.ts";
export { type SealedOptions, sealed } from "./sealed/storage.ts";
export type { CachedRevocation, TokenStorageOptions } from "./stateless/storage.ts";
