import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/**
 * HKDF-SHA-256 (RFC 5869): keys for different uses that say nothing of each other, or of the key they come from. Without salt: the
 * input is uniformly random already (section 3.1). `info` has at most 1024 bytes.
 */
export function deriveKey(key: KeyObject, info: string): KeyObject {
  const bytes = Buffer.from(hkdfSync("sha256", key, "", info, 32));
  // A KeyObject, once: Node 24 spends 14 µs more on each cipher whose key is a Buffer.
  const derived = createSecretKey(bytes);
  bytes.fill(0);
  return derived;
}

/** Four bytes that name a key in public. They are derived, so that nobody configures ids, and one cannot be mistyped. */
export function deriveKeyId(key: KeyObject): number {
  return new DataView(hkdfSync("sha256", key, "", "coatcheck key id 1", 4)).getUint32(0);
}

/** How the id of a key is written in events: 8 hexadecimal digits. */
export function spellKeyId(id: number): string {
  return id.toString(16).padStart(8, "0");
}
