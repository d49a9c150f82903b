import { own, put, type Values } from "./changes.ts";
import { assertSerialisable } from "./serialisable.ts";

/** What one request did to the flash values, ready to be replayed on a newer version of them. */
export interface FlashChanges {
  readonly added: Readonly<Values>;
  /** What was read, with its text: another request may have put a new value there since. */
  readonly taken: ReadonlyMap<string, string>;
  /** Of the values of before only these stay; `undefined`: all. */
  readonly retain: ReadonlySet<string> | undefined;
}

/**
 * Values for one later request: the first that asks for a key gets it, and then it is gone. A request that does not ask leaves
 * it alone, so an image loaded on the way to the page does not eat the page's message.
 */
export class Flash {
  #stored: Readonly<Values> | undefined;
  #changes: FlashChanges | undefined;
  /** Read by a commit of before: still readable in this request, and nothing more to do. */
  #done: ReadonlySet<string> | undefined;

  constructor(stored: Readonly<Values> | undefined) {
    this.#stored = stored;
  }

  /** Whether a request before this one left something under `key`. */
  has(key: string): boolean {
    return this.#stored !== undefined && Object.hasOwn(this.#stored, key);
  }

  take(key: string): unknown {
    const value = own(this.#stored ?? {}, key);
    if (!this.#done?.has(key)) {
      const { taken } = this.#change();
      this.#changes = { ...this.#change(), taken: new Map(taken).set(key, JSON.stringify(value)) };
    }
    return value;
  }

  /** The data has a value of its own now: it hides the one that was left here. */
  hide(key: string): void {
    if (!this.has(key)) return;
    this.take(key);
    this.#stored = without(this.#stored ?? {}, (other) => other === key);
  }

  add(key: string, value: unknown): void {
    assertSerialisable(value, key);
    const added = { ...this.#change().added };
    put(added, key, value);
    this.#changes = { ...this.#change(), added };
  }

  /** Drops what this and earlier requests left, except under these keys. */
  clear(retain: ReadonlySet<string> = new Set()): void {
    const dropped = (key: string) => !retain.has(key);
    const { added, taken } = this.#change();
    this.#stored = without(this.#stored ?? {}, dropped);
    this.#changes = { added: without(added, dropped), taken, retain };
  }

  get isChanged(): boolean {
    return this.#changes !== undefined;
  }

  /** Hands what was done to a commit; what is done from here on is for the next one. Refuses a value that was mutated into one that JSON would not keep. */
  takeChanges(): FlashChanges | undefined {
    const changes = this.#changes;
    for (const [key, value] of Object.entries(changes?.added ?? {})) assertSerialisable(value, key);
    this.#changes = undefined;
    if (changes) this.#done = new Set([...(this.#done ?? []), ...changes.taken.keys()]);
    return changes;
  }

  /** The commit has failed: what it took is to be done still. */
  restore(changes: FlashChanges | undefined): void {
    if (changes === undefined) return;
    const since = this.#change();
    this.#changes = {
      added: { ...changes.added, ...since.added },
      taken: new Map([...changes.taken, ...since.taken]),
      retain: since.retain ?? changes.retain,
    };
  }

  #change(): FlashChanges {
    return this.#changes ?? { added: {}, taken: new Map(), retain: undefined };
  }
}

/** What is left for later requests, on top of what the newest version of the session holds. */
export function replayFlash(
  fresh: Readonly<Values> | undefined,
  changes: FlashChanges | undefined,
): Readonly<Values> | undefined {
  if (changes === undefined) return fresh;
  const { added, taken, retain } = changes;
  const left = without(fresh ?? {}, (key, value) => {
    return retain?.has(key) === false || taken.get(key) === JSON.stringify(value);
  });
  for (const key of Object.keys(added)) put(left, key, own(added, key));
  return Object.keys(left).length > 0 ? left : undefined;
}

function without(
  values: Readonly<Values>,
  dropped: (key: string, value: unknown) => boolean,
): Values {
  const left: Values = {};
  for (const key of Object.keys(values)) {
    const value = own(values, key);
    if (!dropped(key, value)) put(left, key, value);
  }
  return left;
}
