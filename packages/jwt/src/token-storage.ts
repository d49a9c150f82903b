/**
 * All that this package takes from the core beyond its main entry: how tokens carry sessions, and how the keys of sealed
 * storage are treated. In one place, so that both storages keep to the same rules.
 */
export { generateKey } from "@coatcheck/core/sealed";
export {
  type CarriedSession,
  type CodecContext,
  type CodecRejection,
  type DecodedToken,
  deriveKey,
  importKey,
  type TokenCodec,
  type TokenStorageOptions,
  tokenStorage,
} from "@coatcheck/core/token-storage";
