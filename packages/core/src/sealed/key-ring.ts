import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { complete, fail } from "../config.ts";
import { deriveKeyId, spellKeyId } from "./derive.ts";
import { importKey } from "./key.ts";

/** What a key is for: `current` seals and opens, the others only open. */
export type KeyState = "current" | "next" | "older";

/**
 * The keys, each named by its place in life. A key comes in as `next`, becomes `current`, and leaves as `older`:
 *
 * 1. `{ current: A, next: B }` on every machine: B is accepted before anyone uses it
 * 2. `{ current: B, older: A }`: whichever machine is first, the others open what it seals
 * 3. `{ current: B }` once the events count nothing under A any more, or the longest session is over
 */
export interface KeyOptions {
  /** Seals, and opens. */
  current: string | undefined;
  /** Opens, and does not seal yet: what seals after the next deploy. `undefined` is none. */
  next?: string | undefined;
  /** Open. Whatever arrives under one of these is sealed anew. */
  older?: string | readonly string[] | undefined;
}

/** One key of a ring. It holds the key itself: never put one into an event. */
export interface RingKey {
  readonly id: number;
  readonly state: KeyState;
  readonly key: KeyObject;
}

const DEFAULTS: Record<keyof KeyOptions, unknown> = {
  current: undefined,
  next: undefined,
  older: [],
};

/** A key, or keys with their states; `option` is what errors call it. Throws a `SessionConfigError` that shows no key. */
export function keyRing(keys: string | KeyOptions | undefined, option = "keys"): KeyRing {
  if (typeof keys === "string" || keys === undefined) {
    return new KeyRing([ringKey(option, keys, "current")]);
  }
  const { current, next, older } = complete(keys, option, DEFAULTS);
  const ring = [ringKey(`${option}.current`, current, "current")];
  if (next !== undefined) add(ring, `${option}.next`, next, "next");
  const list: readonly unknown[] = Array.isArray(older) ? older : [older];
  list.forEach((it, index) => {
    const name = Array.isArray(older) ? `${option}.older[${index}]` : `${option}.older`;
    add(ring, name, it, "older");
  });
  return new KeyRing(ring);
}

function ringKey(option: string, text: unknown, state: KeyState): RingKey {
  const key = importKey(option, text);
  return { id: deriveKeyId(key), state, key };
}

function add(ring: RingKey[], option: string, text: unknown, state: KeyState): void {
  const added = ringKey(option, text, state);
  const twin = ring.find(({ id }) => id === added.id);
  if (twin?.key.equals(added.key)) {
    fail(option, `repeats the ${twin.state} key: each key has one place`);
  }
  // Once in 2^32 pairs: two keys of one name could not be told apart.
  if (twin) fail(option, `has the same key id as the ${twin.state} key by chance: make another`);
  ring.push(added);
}

/** Checked keys. Shows ids and states, and no key, wherever it is logged. */
export class KeyRing {
  readonly #keys: readonly RingKey[];
  readonly #decoy: KeyObject = createSecretKey(randomBytes(32));

  /** @internal Use `keyRing`. The first key is the current one. */
  constructor(keys: readonly RingKey[]) {
    this.#keys = keys;
  }

  /** The current key first. A method, so that no log walks into it. */
  keys(): readonly RingKey[] {
    return this.#keys;
  }

  /** A key that opens nothing. What names an unknown key is tried with it, so that it costs what a forgery costs. */
  decoy(): KeyObject {
    return this.#decoy;
  }

  toJSON(): { id: string; state: KeyState }[] {
    return this.#keys.map(({ id, state }) => ({ id: spellKeyId(id), state }));
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `KeyRing ${JSON.stringify(this)}`;
  }
}
