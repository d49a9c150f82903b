import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { HEAD, NONCE, TAG } from "./envelope.ts";

/** The whole tag: a short one makes forgeries likely (NIST SP 800-38D appendix C). */
const OPTIONS = { authTagLength: TAG };

/**
 * AES-256-GCM in an envelope whose head and text are filled in: puts ciphertext in the text's place, and adds the tag. Synchronous, as WebCrypto's
 * thread pool costs 14 times the latency for as little as a cookie.
 */
export function encryptIn(envelope: Buffer, key: KeyObject, aad: Buffer): void {
  const end = envelope.length - TAG;
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(envelope), OPTIONS);
  cipher.setAAD(aad);
  envelope.set(cipher.update(envelope.subarray(HEAD, end)), HEAD);
  cipher.final();
  envelope.set(cipher.getAuthTag(), end);
}

/** The text, or `undefined` if anything differs from what was sealed: nothing of it is looked at before the tag is verified. */
export function decrypt(envelope: Buffer, key: KeyObject, aad: Buffer): Buffer | undefined {
  const end = envelope.length - TAG;
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(envelope), OPTIONS);
  decipher.setAAD(aad);
  decipher.setAuthTag(envelope.subarray(end));
  const text = decipher.update(envelope.subarray(HEAD, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return text;
}

function nonceOf(envelope: Buffer): Buffer {
  return envelope.subarray(5, 5 + NONCE);
}
