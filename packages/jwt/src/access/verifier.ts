import type { CompactVerifyGetKey } from "jose";
import { compactVerify, errors } from "jose";
import { isSignedForm } from "../token/form.ts";
import { judgeClaims } from "./claims.ts";
import { parseObject } from "./json.ts";
import { type KeySet, keySetOf } from "./key-set.ts";
import { AccessKeysError } from "./keys-error.ts";
import { type AccessResult, refused } from "./result.ts";
import { ACCESS_TYPE } from "./type.ts";

/** What may sign an access token: with each of these whoever checks cannot make one. */
export type AccessAlgorithm =
  | "EdDSA"
  | "Ed25519"
  | "ES256"
  | "ES384"
  | "ES512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "RS256"
  | "RS384"
  | "RS512";

export interface AccessVerifierOptions {
  /** Whose tokens are accepted: `iss`, character by character. */
  readonly issuer: string;
  /** Who this service is: `aud`, or one of several there. */
  readonly audience: string;
  /** The issuer's public keys, or their address: https, or http of this very machine. Never taken from a token. */
  readonly jwks: string | URL | KeySet;
  /** What they may be signed by. Default `["EdDSA", "Ed25519", "ES256"]`. */
  readonly algorithms?: readonly AccessAlgorithm[];
  /**
   * RFC 9068 section 2.2 wants `client_id` in every token: `true` refuses those without. Default `false`, since `accessTokens` has no client
   * unless it is told.
   */
  readonly requireClientId?: boolean;
  /** So far may the issuer's clock be apart, in seconds. Default `"5s"`, at most `"60s"`. */
  readonly clockTolerance?: `${number}s`;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number;
}

/** Checks one token. Never throws for what a client sends; an `AccessKeysError` (503) if the issuer's keys cannot be had. */
export type AccessVerifier = (token: string | undefined) => Promise<AccessResult>;

const OPTIONS = [
  ...["issuer", "audience", "jwks", "algorithms", "requireClientId", "clockTolerance", "clock"],
];
const ALGORITHMS: readonly AccessAlgorithm[] = [
  ...["EdDSA", "Ed25519", "ES256", "ES384", "ES512"],
  ...["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"],
] as AccessAlgorithm[];
/** A header field is hardly longer anywhere. */
const LONGEST = 16_384;
/** Header members that would choose a key, or change how a token is read. We know the key, and how. */
const REFUSED = ["crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"];

/**
 * Makes the check for access tokens (RFC 9068 section 4) of one issuer: once, when the service starts.
 *
 * @throws TypeError for an option that is unknown, impossible or unsafe.
 */
export function accessTokenVerifier(options: AccessVerifierOptions): AccessVerifier {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) fail(name, `is not an option; there are ${OPTIONS.join(", ")}`);
  }
  const { issuer, audience, jwks, algorithms = ["EdDSA", "Ed25519", "ES256"] } = options;
  const { requireClientId = false, clockTolerance = "5s", clock = Date.now } = options;
  mustBeText("issuer", issuer);
  mustBeText("audience", audience);
  // RFC 8725 section 3.1: a list of what is allowed, and on it nothing symmetric, so that no public key can serve as a secret.
  if (!Array.isArray(algorithms) || algorithms.length === 0) fail("algorithms", "must be a list");
  for (const alg of algorithms) {
    if (!ALGORITHMS.includes(alg)) fail("algorithms", `must be of ${ALGORITHMS.join(", ")}`);
  }
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(clockTolerance) ?? [];
  if (seconds === undefined || Number(seconds) > 60) {
    fail("clockTolerance", 'must be seconds with their unit, like "5s", and at most "60s"');
  }
  if (typeof requireClientId !== "boolean") fail("requireClientId", "must be true or false");
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  const keys = keySetOf(jwks);
  const allowed = [...algorithms];
  const tolerance = Number(seconds) * 1000;
  const expected = { issuer, audience, clock, tolerance, requireClientId };

  return async function verifyToken(token) {
    if (token === undefined || token === "") return refused("missing");
    if (typeof token !== "string" || token.length > LONGEST) return refused("malformed");
    if (!isSignedForm(token) || !isOurKind(token, allowed)) return refused("malformed");
    const payload = await payloadOf(token, keys, allowed);
    return typeof payload === "string" ? refused(payload) : judgeClaims(payload, expected);
  };
}

const verifiers = new WeakMap<AccessVerifierOptions, AccessVerifier>();

/**
 * Checks one access token. The check is made once for each `options` object: keep that in a constant, or use
 * `accessTokenVerifier`.
 *
 * @throws TypeError for a bad option, AccessKeysError if the issuer's keys cannot be had
 */
export async function verifyAccessToken(
  token: string | undefined,
  options: AccessVerifierOptions,
): Promise<AccessResult> {
  const verifier = verifiers.get(options) ?? accessTokenVerifier(options);
  verifiers.set(options, verifier);
  return verifier(token);
}

/**
 * What an `Authorization` header of the scheme Bearer brings (RFC 6750 section 2.1), be it a token or not: the verifier says of the rest that it
 * is malformed. `undefined` without one, and for other schemes.
 */
export function bearerToken(authorization: string | undefined | null): string | undefined {
  return /^Bearer(?: +|$)(.*)$/is.exec(authorization?.trim() ?? "")?.[1];
}

function isOurKind(token: string, algorithms: readonly string[]): boolean {
  const header = parseObject(Buffer.from(token.slice(0, token.indexOf(".")), "base64url"));
  if (!header || REFUSED.some((name) => Object.hasOwn(header, name))) return false;
  const { typ, alg } = header;
  const type = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : "";
  return type === ACCESS_TYPE && algorithms.includes(alg as string);
}

async function payloadOf(
  token: string,
  keys: CompactVerifyGetKey,
  algorithms: string[],
): Promise<Uint8Array | "unknown-key" | "tampered"> {
  try {
    return (await compactVerify(token, keys, { algorithms })).payload;
  } catch (error) {
    if (error instanceof AccessKeysError) throw error;
    const isUnknown =
      error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
    return isUnknown ? "unknown-key" : "tampered";
  }
}

function mustBeText(option: string, value: unknown): void {
  if (typeof value !== "string" || value === "" || !value.isWellFormed())
    fail(option, "must be a text");
}

function fail(option: string, rule: string): never {
  throw new TypeError(`${option} ${rule}`);
}
