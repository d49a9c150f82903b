import { fail, knownOptions } from "../config.ts";
import { importJwk, type JwtKey, type SigningKey } from "./import.ts";
import type { PrivateJwk } from "./jwk.ts";

/** A private JSON Web Key, or its JSON text, as it comes from an environment variable. `undefined` is an error that says so. */
export type JwtKeyInput = PrivateJwk | string | undefined;

/**
 * The keys, each named by its place in life. A key comes in as `next`, becomes `current`, and leaves as `older`:
 *
 * 1. `{ current: A, next: B }` on every machine: B is accepted, and shown by `jwks`, before anyone uses it
 * 2. `{ current: B, older: A }`: whichever machine is first, the others accept what it makes
 * 3. `{ current: B }` once nothing arrives under A any more
 */
export interface JwtKeyOptions {
  /** Makes tokens, and is accepted. */
  readonly current: JwtKeyInput;
  /** Accepted, and makes none yet. `undefined` is none. */
  readonly next?: JwtKeyInput;
  /** Accepted. What arrives under one of these is made anew under the current one. */
  readonly older?: PrivateJwk | string | readonly (PrivateJwk | string)[] | undefined;
  /** `HS256` beside keys with a public half, as for a change from one to the other (OWASP ASVS 9.1.2). Default `false`. */
  readonly allowMixed?: boolean;
}

export type KeyState = "current" | "next" | "older";

export interface RingKey {
  readonly key: JwtKey;
  readonly state: KeyState;
}

/** One key, or keys with their states; `option` is what errors call it. The current one comes first. */
export function ringOf(
  keys: JwtKeyInput | JwtKeyOptions,
  option = "keys",
): readonly [RingKey, ...RingKey[]] {
  if (!isKeyOptions(keys)) return [{ key: importJwk(option, keys), state: "current" }];
  knownOptions(keys, option, ["current", "next", "older", "allowMixed"]);
  const { current, next, older } = keys;
  const first = importJwk(`${option}.current`, current);
  const ring: [RingKey, ...RingKey[]] = [{ key: first, state: "current" }];
  if (next !== undefined) add(ring, `${option}.next`, next, "next");
  const list: readonly unknown[] = Array.isArray(older)
    ? older
    : older === undefined
      ? []
      : [older];
  list.forEach((it, index) => {
    add(ring, Array.isArray(older) ? `${option}.older[${index}]` : `${option}.older`, it, "older");
  });
  return ring;
}

/** The same for sessions: all sign or all encrypt, and all have a public half or none has. */
export function sessionRing(
  keys: JwtKeyInput | JwtKeyOptions,
  option: string,
): readonly [RingKey, ...RingKey[]] {
  const ring = ringOf(keys, option);
  const algorithms = ring.map(({ key }) => key.alg);
  // RFC 8725 section 3.3: whoever opens a token knows which of the two it has to be.
  if (isMixed(algorithms, "A256KW")) {
    fail(
      option,
      "must all sign or all encrypt (A256KW): a token of one kind is never taken for one of the other",
    );
  }
  // Here no token can be taken for one of another algorithm either way. It is no state to stay in, so it is asked for.
  if (isMixed(algorithms, "HS256") && !(isKeyOptions(keys) && keys.allowMixed === true)) {
    fail(
      option,
      "must not mix HS256 with others; for a change from one to the other add allowMixed: true",
    );
  }
  return ring;
}

function isMixed(algorithms: readonly string[], alg: string): boolean {
  return algorithms.includes(alg) && algorithms.some((it) => it !== alg);
}

/** The same of signing keys alone: who has the public half checks tokens and makes none. */
export function signingRing(keys: JwtKeyInput | JwtKeyOptions, option = "keys") {
  return ringOf(keys, option).map(({ key, state }) => {
    if (isSigning(key)) return { key, state };
    return fail(
      option,
      `must be EdDSA, Ed25519 or ES256 keys: with a secret one (${key.alg}) whoever checks tokens could make them`,
    );
  });
}

export function isSigning(key: JwtKey): key is SigningKey {
  return "privateKey" in key;
}

function isKeyOptions(keys: JwtKeyInput | JwtKeyOptions): keys is JwtKeyOptions {
  return typeof keys === "object" && keys !== null && !("kty" in keys);
}

function add(ring: RingKey[], option: string, given: unknown, state: KeyState): void {
  const key = importJwk(option, given);
  const twin = ring.find((it) => it.key.kid === key.kid);
  if (twin) fail(option, `repeats the ${twin.state} key: each key has one place`);
  ring.push({ key, state });
}
