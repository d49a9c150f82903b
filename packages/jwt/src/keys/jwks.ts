import type { PublicJwk } from "./jwk.ts";
import { isSigning, type JwtKeyInput, type JwtKeyOptions, type RingKey, ringOf } from "./ring.ts";

/** A JSON Web Key Set (RFC 7517 section 5). */
export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

/**
 * Headers for the response with the document. Ten minutes is what jose keeps a set for, so give a key an hour as `next`, and every
 * service knows it before it is used.
 */
export const JWKS_HEADERS: Readonly<Record<"content-type" | "cache-control", string>> =
  Object.freeze({
    "content-type": "application/jwk-set+json",
    "cache-control": "public, max-age=600",
  });

/**
 * The public halves of all signing keys, for other services to check tokens by: serve it at `/.well-known/jwks.json` with
 * `JWKS_HEADERS`. Secret keys (`HS256`, `A256KW`) never show in it: of those alone it is empty.
 *
 * @throws SessionConfigError for a key that is none.
 */
export function jwks(keys: JwtKeyInput | JwtKeyOptions): Jwks {
  return publicSet(ringOf(keys));
}

/** The same of keys that have been checked. Frozen, since whoever serves it may be given it again and again. */
export function publicSet(ring: readonly RingKey[]): Jwks {
  const signing = ring.map(({ key }) => key).filter(isSigning);
  return Object.freeze({
    keys: Object.freeze(signing.map(({ publicJwk }) => Object.freeze(publicJwk))),
  });
}
