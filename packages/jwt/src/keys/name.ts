import { hash, hkdfSync, type KeyObject } from "node:crypto";

/** The thumbprint of a public key (RFC 7638), from its required members in their order. 43 characters. */
export function thumbprint(jwk: object, members: readonly string[]): string {
  return hash("sha256", JSON.stringify(jwk, [...members]), "base64url");
}

/**
 * The name of a secret key: 72 bits derived from it, 12 characters. A thumbprint would be a plain digest of the secret, for
 * everybody to test guesses on (RFC 7638 section 7); of 256 random bits HKDF tells nothing.
 */
export function secretKeyName(key: KeyObject, alg: string): string {
  return Buffer.from(hkdfSync("sha256", key, "", `coatcheck jwt key id 1 ${alg}`, 9)).toString(
    "base64url",
  );
}
