import { fromB64, toB64 } from "./base64.ts";
import type { Argon2Parameters, Argon2Type } from "./parameters.ts";

/** A stored hash in the PHC string format, read. */
export interface Argon2Hash {
  readonly parameters: Argon2Parameters;
  /** Which pepper went in: the `keyid` of the format, in B64. Undefined is none. */
  readonly keyId: string | undefined;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

const NUMBER = "(0|[1-9]\\d{0,9})";
const FORM = new RegExp(
  `^\\$(argon2id|argon2i|argon2d)(?:\\$v=(16|19))?\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}(?:,keyid=([A-Za-z0-9+/]{2,11}))?\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)$`,
);

export function isArgon2(stored: string): boolean {
  return /^\$argon2(id|i|d)\$/.test(stored);
}

/** One spelling for each hash: decimals without leading zeros, canonical base64, parameters in their order. Undefined is anything else. */
export function readArgon2(stored: string): Argon2Hash | undefined {
  const parts = FORM.exec(stored);
  if (!parts) return undefined;
  const [, type, version, memory, passes, lanes, keyId, saltText = "", tagText = ""] = parts;
  const [salt, tag] = [fromB64(saltText), fromB64(tagText)];
  if (!salt || !tag) return undefined;
  const parameters: Argon2Parameters = {
    type: type as Argon2Type,
    // The format had no version before 1.3, which is 19.
    version: version === "19" ? 19 : 16,
    memoryKiB: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    tagLength: tag.length,
  };
  return isLawful(parameters, salt) ? { parameters, keyId, salt, tag } : undefined;
}

export function writeArgon2({ parameters, keyId, salt, tag }: Argon2Hash): string {
  const { type, version, memoryKiB, passes, lanes } = parameters;
  const cost = `m=${memoryKiB},t=${passes},p=${lanes}${keyId === undefined ? "" : `,keyid=${keyId}`}`;
  return `$${type}$v=${version}$${cost}$${toB64(salt)}$${toB64(tag)}`;
}

/** RFC 9106 section 3.1, but for the tag: it allows 4 bytes, of which one of 2^32 wrong passwords would guess all. */
function isLawful({ memoryKiB, passes, lanes, tagLength }: Argon2Parameters, salt: Uint8Array) {
  return (
    passes >= 1 &&
    lanes >= 1 &&
    memoryKiB >= 8 * lanes &&
    salt.length >= 8 &&
    salt.length <= 64 &&
    tagLength >= 16 &&
    tagLength <= 64
  );
}
