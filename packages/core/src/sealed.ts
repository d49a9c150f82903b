export { generateKey } from "./sealed/key.ts";
export type { KeyOptions } from "./sealed/key-ring.ts";
export { type SealedOptions, sealed } from "./sealed/storage.ts";
export type { CachedRevocation, TokenStorageOptions } from "./stateless/storage.ts";
