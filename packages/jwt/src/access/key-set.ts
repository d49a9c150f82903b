import type { CompactVerifyGetKey } from "jose";
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet } from "jose";

/** A JSON Web Key Set of public keys, in structure. */
export interface KeySet {
  readonly keys: readonly object[];
}

/** The issuer's keys could not be fetched, or are none. Nothing is known of the token: answer with `status`, 503. */
export class AccessKeysError extends Error {
  readonly code = "access-keys";
  readonly status = 503;
  readonly statusCode = 503;

  constructor(cause: unknown) {
    super("the issuer's keys could not be had: see the cause", { cause });
    this.name = "AccessKeysError";
  }
}

/** So many addresses are remembered, the latest: they come from configuration, and few have several. */
const REMEMBERED = 16;
const remote = new Map<string, CompactVerifyGetKey>();

/** The keys of a document, or behind an address: fetched when first needed, kept for ten minutes, and looked up again for a new key. */
export function keySetOf(jwks: string | URL | KeySet): CompactVerifyGetKey {
  if (typeof jwks !== "string" && !(jwks instanceof URL)) return local(jwks);
  const url = addressOf(jwks);
  const known = remote.get(url.href) ?? told(createRemoteJWKSet(url));
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
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && isLoopback(url.hostname)) return url;
  return fail(
    "must be an https address: whoever could change the keys on their way could make tokens",
  );
}

function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(host);
}

/** RFC 7518 section 6: members that no public key has. */
const PRIVATE = ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];

function local(jwks: KeySet): CompactVerifyGetKey {
  const keys: unknown = jwks?.keys;
  if (!Array.isArray(keys) || keys.length === 0) {
    fail("must be an https address or a JSON Web Key Set with keys");
  }
  for (const key of keys) {
    if (typeof key !== "object" || key === null) fail("holds something that is no JSON Web Key");
    const isSecret = PRIVATE.some((member) => member in key);
    if (isSecret)
      fail("holds a private or secret key: whoever checks tokens needs the public ones");
  }
  return told(createLocalJWKSet({ keys } as JSONWebKeySet));
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
      throw new AccessKeysError(error);
    }
  };
}

function fail(rule: string): never {
  throw new TypeError(`jwks ${rule}`);
}
