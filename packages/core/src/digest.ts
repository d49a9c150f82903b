import { createHmac, hash, timingSafeEqual } from "node:crypto";

/** SHA-256, base64url: 43 characters. */
export function sha256(text: string): string {
  return hash("sha256", text, "base64url");
}

/** SHA-256 for use in this process only: the bytes as so many characters, which are made and compared faster. */
export function fingerprint(text: string): string {
  return hash("sha256", text, "latin1");
}

/** HMAC-SHA-256, base64url: 43 characters. */
export function hmac(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** Whether two digests are equal, in a time that does not depend on where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a, "latin1");
  const right = Buffer.from(b, "latin1");
  return left.length === right.length && timingSafeEqual(left, right);
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
