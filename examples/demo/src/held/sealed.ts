/** A seal, as far as anybody can read it who has no key. Sizes in bytes. */
export interface SealedAnatomy {
  readonly kind: "sealed";
  readonly version: number;
  readonly keyId: string;
  readonly nonce: number;
  readonly expiresAt: number;
  readonly ciphertext: number;
  readonly tag: number;
}

const NONCE = 12;
const HEAD = 24;
const TAG = 16;

/** Version, key id, nonce, expiry and form are in front of the ciphertext; the tag that vouches for all of it is at the end. */
export function sealedAnatomy(token: string): SealedAnatomy | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < HEAD + TAG) return undefined;
  return {
    kind: "sealed",
    version: bytes.readUInt8(0),
    keyId: bytes.toString("hex", 1, 5),
    nonce: NONCE,
    expiresAt: bytes.readUIntBE(17, 6),
    ciphertext: bytes.length - HEAD - TAG,
    tag: TAG,
  };
}
