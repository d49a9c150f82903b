/**
 * What a seal looks like before base64url, in bytes:
 *
 *   0       version, 1
 *   1..4    id of the key, big-endian
 *   5..16   nonce, random
 *   17..22  when it expires, in ms since the epoch, big-endian
 *   23      form of the text: 1 padded, 2 compressed, 3 both
 *   24..    ciphertext
 *   last 16 tag
 *
 * All of the head is authenticated. The expiry is outside the ciphertext, so that it chooses the key; it is no secret from the
 * client, whose cookie has it too.
 */
export const VERSION = 1;
export const HEAD = 24;
export const TAG = 16;
export const NONCE = 12;
export const PADDED = 1;
export const COMPRESSED = 2;
/** Six bytes of milliseconds: the year 10889. */
export const LATEST = 2 ** 48 - 1;

const SHORTEST = sealedLength(0);

/** Characters of a seal over `size` bytes: a third more, and 54. */
export function sealedLength(size: number): number {
  return Math.ceil(((HEAD + size + TAG) * 4) / 3);
}

const ALPHABET = /^[\w-]+$/;

/** Whether a text could be a seal, as far as that shows without decoding it. */
export function hasForm(text: string, longest: number): boolean {
  return text.length <= longest && text.length >= SHORTEST && ALPHABET.test(text);
}

/** As long as any cookies may be. */
const sheet = Buffer.allocUnsafeSlow(16_384);

/** A sheet for one envelope, used again and again: none is looked at any more when the next one begins. */
function sheetOf(size: number): Buffer {
  return size <= sheet.length ? sheet.subarray(0, size) : Buffer.allocUnsafe(size);
}

/**
 * The envelope's bytes, until the next envelope begins, or `undefined` for anything that no `seal` has written. Its length is checked before
 * anything else is done.
 */
export function decodeEnvelope(text: string, longest: number): Buffer | undefined {
  if (text.length > longest || text.length < SHORTEST) return undefined;
  const bytes = sheetOf(Math.floor((text.length * 3) / 4));
  // Node's decoder skips what it does not know, and takes "+/=" as well. A seal has one spelling only (RFC 4648 section 3.5): what
  // does not encode to itself is none. This is also faster than a regular expression.
  if (bytes.write(text, "base64url") !== bytes.length) return undefined;
  if (bytes.toString("base64url") !== text) return undefined;
  return bytes[0] === VERSION && (bytes[23] as number) <= (PADDED | COMPRESSED) ? bytes : undefined;
}

/** An envelope for `size` bytes of text, with its head filled in, until the next envelope begins. */
export function startEnvelope(
  keyId: number,
  nonce: Uint8Array,
  expiresAt: number,
  form: number,
  size: number,
): Buffer {
  const bytes = sheetOf(HEAD + size + TAG);
  bytes[0] = VERSION;
  bytes.writeUInt32BE(keyId, 1);
  bytes.set(nonce, 5);
  bytes.writeUIntBE(expiresAt, 17, 6);
  bytes[23] = form;
  return bytes;
}

export function keyIdOf(envelope: Buffer): number {
  return envelope.readUInt32BE(1);
}

export function expiryOf(envelope: Buffer): number {
  return envelope.readUIntBE(17, 6);
}

export function formOf(envelope: Buffer): number {
  return envelope[23] as number;
}
