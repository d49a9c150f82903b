import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { systemRandom } from "../../packages/core/src/random.ts";
import { proven, type Subject } from "./proven.ts";

interface Sealed {
  readonly nonce: Uint8Array;
  readonly bytes: Buffer;
  readonly tag: Buffer;
}

/**
 * AES-256-GCM and nothing else, at its cheapest: a key made once, nonces from our pool, no associated data, no envelope, no encoding.
 * Every other row is compared with it.
 */
export function raw(text: string): Promise<Subject> {
  const key = createSecretKey(randomBytes(32));
  return gcm("node:crypto AES-256-GCM, bytes to bytes", text, 12, () => key);
}

/** The alternative to a key for each week: one for each seal, from a nonce of 192 bits, as XAES-256-GCM derives it (two AES blocks). */
export function keyPerSeal(text: string): Promise<Subject> {
  const key = createSecretKey(randomBytes(32));
  return gcm("the same with a key for each seal (as XAES)", text, 24, (nonce) => {
    const blocks = Buffer.alloc(32, nonce.subarray(0, 12));
    const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    return createSecretKey(cipher.update(blocks));
  });
}

function gcm(
  name: string,
  text: string,
  nonceSize: number,
  keyFor: (nonce: Uint8Array) => KeyObject,
): Promise<Subject> {
  const plain = Buffer.from(text);
  const sealing = {
    name,
    seal: (): Sealed => {
      const nonce = systemRandom(nonceSize);
      const cipher = createCipheriv("aes-256-gcm", keyFor(nonce), nonce.subarray(-12));
      const bytes = cipher.update(plain);
      cipher.final();
      return { nonce, bytes, tag: cipher.getAuthTag() };
    },
    open: ({ nonce, bytes, tag }: Sealed): Buffer => {
      const decipher = createDecipheriv("aes-256-gcm", keyFor(nonce), nonce.subarray(-12), {
        authTagLength: 16,
      });
      decipher.setAuthTag(tag);
      const opened = decipher.update(bytes);
      decipher.final();
      return opened;
    },
    read: (opened: Buffer) => opened,
    damage: (seal: Sealed): Sealed => ({
      ...seal,
      bytes: Buffer.from(seal.bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte))),
    }),
  };
  return proven(sealing, plain);
}
