import { base64url, hmac, sameDigest, sha256 } from "../digest.ts";
import type { Random } from "../random.ts";

declare const brand: unique symbol;

/** The session's public handle: 128 random bits as 22 characters. Safe to log, list and revoke. */
export type SessionId = string & { readonly [brand]: "id" };
/** The half that only the client keeps: 168 random bits and 88 that show its lineage, as 43 characters. Never stored, never logged. */
export type Secret = string & { readonly [brand]: "secret" };
/** What a store may hold of a secret. */
export type SecretHash = string & { readonly [brand]: "hash" };
/** What the client presents: `<id>.<secret>`. */
export type SessionToken = string & { readonly [brand]: "token" };

/** The two halves of a token. */
export interface Identity {
  readonly id: SessionId;
  readonly secret: Secret;
}

/** What a session begins with, or a login: the random half of its secret, and the key that marks this secret and all that follow it. */
export interface Beginning {
  readonly id: SessionId;
  readonly seed: string;
  readonly lineage: string;
}

// The last character of each half carries 2 and 4 spare bits. Only the canonical spelling is accepted, so that one
// session has one token.
const ID_ENDS = "AQgw";
const SECRET_ENDS = "AEIMQUYcgkosw048";
const HALVES = /^[\w-]+\.[\w-]+$/;
const ID_LENGTH = 22;
/** Characters of a token. */
export const TOKEN_LENGTH = 66;
const ID = /^[\w-]{21}[AQgw]$/;

export function mintBeginning(random: Random): Beginning {
  return {
    id: base64url(random(16)) as SessionId,
    seed: base64url(random(21)),
    lineage: base64url(random(16)),
  };
}

export function mintNonce(random: Random): string {
  return base64url(random(16));
}

/** Tells the last few commits of one session apart. */
export function mintMark(random: Random): string {
  return base64url(random(6));
}

export function joinToken(id: SessionId, secret: Secret): SessionToken {
  return `${id}.${secret}` as SessionToken;
}

/** The two halves, or `undefined` for anything that this library cannot have issued: such a token never reaches a store. */
export function parseToken(text: string): Identity | undefined {
  const isCanonical =
    text.length === TOKEN_LENGTH &&
    text[ID_LENGTH] === "." &&
    ID_ENDS.includes(text[ID_LENGTH - 1] as string) &&
    SECRET_ENDS.includes(text[TOKEN_LENGTH - 1] as string) &&
    // Counted repetitions take twice as long (250 ns).
    HALVES.test(text);
  if (!isCanonical) return undefined;
  return { id: text.slice(0, ID_LENGTH) as SessionId, secret: text.slice(ID_LENGTH + 1) as Secret };
}

export function isSessionId(text: unknown): text is SessionId {
  return typeof text === "string" && ID.test(text);
}

/**
 * The only way from a secret to what is stored. A plain digest suffices: the input has 168 bits of entropy. The cookie's name is
 * part of it, so that of two managers on one store neither takes the other's tokens: whoever is "1" in the shop is not "1" in the back office.
 */
export function hashSecret(secret: Secret, cookieName: string): SecretHash {
  return sha256(`${cookieName}=${secret}`) as SecretHash;
}

/** Of a secret's characters those that are random: 21 bytes. The other 15 are its tag. */
const SEED_LENGTH = 28;

/**
 * A secret: so much of the text, and a tag by which the session knows its own again however long ago it was replaced. The cookie's name
 * is part of the tag for the same reason as above.
 */
export function secretOf(text: string, lineage: string, cookieName: string): Secret {
  const seed = text.slice(0, SEED_LENGTH);
  // The end of a digest, not its beginning: there the last character has no spare bits either.
  return (seed + hmac(lineage, `${cookieName}=${seed}`).slice(SEED_LENGTH)) as Secret;
}

/**
 * Whether a secret is one that this lineage has issued. Whoever reads the store can make one that passes, which ends the session and
 * never opens it: what opens is known by its hash alone. Who knows an id only has one chance in 2^88.
 */
export function isOfLineage(secret: Secret, lineage: string, cookieName: string): boolean {
  return sameDigest(secretOf(secret, lineage, cookieName), secret);
}

/**
 * What the secret that follows `secret` in a rotation is made of. It is derived, not drawn, so that every request that rotates at the
 * same time hands the browser the same token. Knowing it takes both the client's secret and the record's nonce, and the
 * nonce is deleted once the new token has been presented.
 */
export function succeedingSeed(secret: Secret, id: SessionId, nonce: string): string {
  return hmac(secret, `coatcheck rotation ${id} ${nonce}`);
}
