/**
 * All that this package takes from the core beyond its main entry: how tokens carry sessions, and how the key ring of sealed
 * storage treats a key. In one place, so that both storages keep to the same rules.
 */
export { deriveKey } from "../../core/src/sealed/derive.ts";
export { generateKey, importKey } from "../../core/src/sealed/key.ts";
export type {
  CarriedSession,
  CodecContext,
  CodecRejection,
  DecodedToken,
  TokenCodec,
} from "../../core/src/stateless/codec.ts";
