import type { webcrypto } from "node:crypto";

/** Signs with a private key; everybody may have the public one. */
export type SigningAlgorithm = "EdDSA" | "Ed25519" | "ES256";
/** Signs, or encrypts, with one secret for both sides. */
export type SecretAlgorithm = "HS256" | "A256KW";

/**
 * What a key is for, and all it is for (RFC 8725 section 3.1):
 * - `"EdDSA"`: signs by Ed25519, under the name that every library knows
 * - `"Ed25519"`: the same under its newer, fully specified name (RFC 9864)
 * - `"ES256"`: signs by ECDSA on P-256
 * - `"HS256"`: signs by HMAC-SHA-256; whoever can check can sign
 * - `"A256KW"`: encrypts (AES-256-GCM), with a fresh content key for each token
 */
export type JwtAlgorithm = SigningAlgorithm | SecretAlgorithm;

interface Suite {
  readonly kty: "OKP" | "EC" | "oct";
  readonly crv?: string;
  /** Members of the public key, which are also those of its thumbprint. */
  readonly members: readonly string[];
  readonly use: "sig" | "enc";
  /** What `key_ops` has to allow, if a key has any. */
  readonly operation: webcrypto.KeyUsage;
  /** How Web Cryptography calls it. */
  readonly webcrypto: webcrypto.EcKeyImportParams | webcrypto.HmacImportParams;
}

const ED25519: Suite = {
  kty: "OKP",
  crv: "Ed25519",
  members: ["crv", "kty", "x"],
  use: "sig",
  operation: "sign",
  webcrypto: { name: "Ed25519" } as webcrypto.EcKeyImportParams,
};

export const SUITES: Readonly<Record<JwtAlgorithm, Suite>> = {
  EdDSA: ED25519,
  Ed25519: ED25519,
  ES256: {
    kty: "EC",
    crv: "P-256",
    members: ["crv", "kty", "x", "y"],
    use: "sig",
    operation: "sign",
    webcrypto: { name: "ECDSA", namedCurve: "P-256" },
  },
  HS256: {
    kty: "oct",
    members: [],
    use: "sig",
    operation: "sign",
    webcrypto: { name: "HMAC", hash: "SHA-256" },
  },
  A256KW: {
    kty: "oct",
    members: [],
    use: "enc",
    operation: "wrapKey",
    webcrypto: { name: "AES-KW" } as webcrypto.HmacImportParams,
  },
};

export const ALGORITHMS = Object.keys(SUITES) as JwtAlgorithm[];
