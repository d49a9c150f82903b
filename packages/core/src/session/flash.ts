import { own, put, type Values } from "./changes.ts";
import { assertSerialisable } from "./serialisable.ts";

/**
 * Values for one later request: the first that asks for a key gets it, and then it is gone. A request that does not ask leaves
 * it alone, so an image loaded on the way to the page does not eat the page's message.
 */
export class Flash {
  #stored: Readonly<Values> | undefined;
  #added: Values | undefined;
  /** What this request has read, with its text: another request may have put a new value there since. */
  #taken: Map<string, string> | undefined;
  /** Read and committed: still readable here, and nothing more to do. */
  #gone: Set<string> | undefined;

  constructor(stored: Readonly<Values> | undefined) {
    this.#stored = stored;
  }

  /** Whether a request before this one left something under `key`. */
  has(key: string): boolean {
    return this.#stored !== undefined && Object.hasOwn(this.#stored, key);
  }

  take(key: string): unknown {
    const value = own(this.#stored ?? {}, key);
    if (this.#gone?.has(key)) return value;
    this.#taken ??= new Map();
    this.#taken.set(key, JSON.stringify(value));
    return value;
  }

  add(key: string, value: unknown): void {
    assertSerialisable(value, key);
    this.#added ??= {};
    put(this.#added, key, value);
  }

  clear(): void {
    this.#stored = undefined;
    this.#added = undefined;
    this.#taken = undefined;
  }

  get isChanged(): boolean {
    return this.#added !== undefined || this.#taken !== undefined;
  }

  /** What is left for later requests, on top of what the newest version of the session holds. */
  replay(fresh: Readonly<Values> | undefined): Values {
    const left: Values = {};
    for (const key of Object.keys(fresh ?? {})) {
      const value = own(fresh ?? {}, key);
      if (this.#taken?.get(key) !== JSON.stringify(value)) put(left, key, value);
    }
    for (const key of Object.keys(this.#added ?? {})) put(left, key, own(this.#added ?? {}, key));
    return left;
  }

  /** After a commit: what was added or taken is done with, though a value stays readable in this request. */
  committed(): void {
    if (this.#taken) this.#gone = new Set([...(this.#gone ?? []), ...this.#taken.keys()]);
    this.#added = undefined;
    this.#taken = undefined;
  }
}
