const ALPHABET = /^[A-Za-z0-9+/]*$/;

/** The B64 of PHC strings: standard alphabet, no padding. */
export function toB64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}

/** The bytes of the one canonical spelling, so that no two strings are the same hash; undefined for any other. */
export function fromB64(text: string): Uint8Array | undefined {
  if (!ALPHABET.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  return toB64(bytes) === text ? bytes : undefined;
}
