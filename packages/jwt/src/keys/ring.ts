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
  knownOptions(keys, option, ["current", "next", "older"]);
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
