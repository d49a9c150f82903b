import { sameDigest } from "../digest.ts";

/** Of a MAC, and so of its mask. */
const BYTES = 32;
/** Twice as many bytes, as base64url. */
const LENGTH = 86;

/**
 * A one-time pad before the MAC, and the MAC under it: the same MAC reads differently in every response, so that what a compressed
 * response weighs tells nothing of it (BREACH, CVE-2013-3587).
 */
export function mask(mac: Uint8Array, pad: Uint8Array): string {
  const token = Buffer.alloc(2 * BYTES);
  token.set(pad);
  for (let i = 0; i < BYTES; i++) token[BYTES + i] = byte(mac, i) ^ byte(pad, i);
  return token.toString("base64url");
}

/** Whether a token hides this MAC, in a time that does not depend on where it differs. */
export function isMaskOf(text: unknown, mac: Uint8Array): boolean {
  if (typeof text !== "string" || text.length !== LENGTH) return false;
  const token = Buffer.from(text, "base64url");
  // Only the canonical spelling, or several texts would be one token.
  if (token.toString("base64url") !== text) return false;
  const bare = Buffer.alloc(BYTES);
  for (let i = 0; i < BYTES; i++) bare[i] = byte(token, i) ^ byte(token, BYTES + i);
  return sameDigest(bare.toString("latin1"), Buffer.from(mac).toString("latin1"));
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
