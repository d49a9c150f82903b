import { createPublicKey, type webcrypto } from "node:crypto";
import {
  type CompactVerifyGetKey,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWK,
} from "jose";
import { AccessKeysError } from "./keys-error.ts";
import { remoteKeys } from "./remote-keys.ts";

/** A JSON Web Key Set of public keys, in structure. */
export interface KeySet {
  readonly keys: readonly object[];
}

/** So many addresses are remembered, the latest: they come from configuration, and few have several. */
const REMEMBERED = 16;
const remote = new Map<string, CompactVerifyGetKey>();

/** The keys of a document, or behind an address. */
export function keySetOf(jwks: string | URL | KeySet): CompactVerifyGetKey {
  if (typeof jwks !== "string" && !(jwks instanceof URL)) return local(jwks);
  const url = addressOf(jwks);
  const known = remote.get(url.href) ?? told(remoteKeys(url));
  remote.delete(url.href);
  remote.set(url.href, known);
  const [oldest] = remote.keys();
  if (remote.size > REMEMBERED) remote.delete(oldest as string);
  return known;
}

/** RFC 8725 section 3.10: keys come from this address and no other, whatever a token says, and nobody on the way changes them. */
function addressOf(jwks: string | URL): URL {
  const url = URL.parse(String(jwks));
  if (!url) fail("must be an address, as https://shop.example.com/.well-known/jwks.json");
  // fetch() refuses them too, in an error that shows them.
  if (url.username || url.password) fail("must have no name and password: public keys need none");
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && isLoopback(url.hostname)) return url;
  return fail(
    "must be an https address: whoever could change the keys on their way could make tokens",
  );
}

/** A name under `.localhost` is not among them: the system may ask the network for it. */
function isLoopback(host: string): boolean {
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(host);
}

/** RFC 7518 section 6: members that no public key has. */
const PRIVATE = ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];
/** RFC 7518 section 3.3. */
const FEWEST_BITS = 2048;

function local(jwks: KeySet): CompactVerifyGetKey {
  const keys: unknown = jwks?.keys;
  if (!Array.isArray(keys) || keys.length === 0) {
    fail("must be an https address or a JSON Web Key Set with keys");
  }
  for (const key of keys) {
    if (typeof key?.kty !== "string") fail("holds something that is no JSON Web Key");
    const isSecret = PRIVATE.some((member) => member in key);
    if (isSecret)
      fail("holds a private or secret key: whoever checks tokens needs the public ones");
    // Of a kind that is not known here it is passed over (RFC 7517 section 5).
    if (["EC", "OKP", "RSA"].includes(key.kty) && !isSound(key)) {
      fail(`holds a key that is none, or too weak${key.kid ? `: ${JSON.stringify(key.kid)}` : ""}`);
    }
  }
  return told(createLocalJWKSet({ keys } as JSONWebKeySet));
}

function isSound(jwk: JWK): boolean {
  try {
    const key = createPublicKey({ format: "jwk", key: jwk as webcrypto.JsonWebKey });
    return (key.asymmetricKeyDetails?.modulusLength ?? FEWEST_BITS) >= FEWEST_BITS;
  } catch {
    return false;
  }
}

/** Tells a token whose key is not there from keys that could not be had. */
function told(keys: CompactVerifyGetKey): CompactVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      // A token without `kid`, and several keys that it could be of: it is not tried with one after the other.
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw error instanceof AccessKeysError ? error : new AccessKeysError(error);
    }
  };
}

function fail(rule: string): never {
  throw new TypeError(`jwks ${rule}`);
}
