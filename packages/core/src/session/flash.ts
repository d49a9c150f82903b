import { ChangeLog, type Changes, own, prune, put, replay, type Values } from "./changes.ts";
import { assertSerialisable } from "./serialisable.ts";

/**
 * Values for one later request: the first that asks for a key gets it, and then it is gone. A request that does not ask leaves
 * it alone, so an image loaded on the way to the page does not eat the page's message.
 */
export class Flash {
  /** What earlier requests left here, read already or not: it stays readable in this request. */
  readonly #left: Values | undefined;
  #read: Set<string> | undefined;
  #log: ChangeLog | undefined;

  constructor(stored: Readonly<Values> | undefined) {
    this.#left = stored && { ...stored };
  }

  /** Whether a request before this one left something under `key`. */
  has(key: string): boolean {
    return this.#left !== undefined && Object.hasOwn(this.#left, key);
  }

  get(key: string): unknown {
    const value = own(this.#left ?? {}, key);
    this.#read ??= new Set();
    if (!this.#read.has(key)) {
      this.#read.add(key);
      const text = JSON.stringify(value);
      // Another request may have put a new value there since.
      const drop = (now: unknown) => (JSON.stringify(now) === text ? undefined : now);
      this.#changes.record(key, { updaters: [drop], late: false });
      // Its reader may mutate it, as by `shift()`: the record as it was loaded must go on to read as it did.
      if (this.#left && text !== undefined) put(this.#left, key, JSON.parse(text));
    }
    return own(this.#left ?? {}, key);
  }

  /** The data has a value of its own now: it hides the one that was left here. */
  delete(key: string): void {
    if (!this.has(key)) return;
    this.get(key);
    delete this.#left?.[key];
  }

  set(key: string, value: unknown): void {
    assertSerialisable(value, key);
    this.#changes.record(key, { value, late: false });
  }

  /** Drops what this and earlier requests left, except under these keys. */
  clear(retain: ReadonlySet<string>): void {
    if (this.#left) prune(this.#left, (key) => retain.has(key));
    this.#changes.clear(retain);
  }

  /** Whether anything was done. Refuses a value that was mutated into one that JSON would not keep. */
  isChanged(): boolean {
    if (!this.#log) return false;
    for (const [key, { value }] of this.#log.keys) assertSerialisable(value, key);
    return !this.#log.isEmpty;
  }

  /** Hands what was done to a commit; what is done from here on is for the next one. */
  take(): ChangeLog | undefined {
    const taken = this.#log;
    this.#log = undefined;
    return taken;
  }

  /** The commit has failed: what it took is to be done still. */
  restore(taken: ChangeLog | undefined): void {
    if (taken) this.#log = this.#log ? taken.append(this.#log) : taken;
  }

  get #changes(): ChangeLog {
    this.#log ??= new ChangeLog();
    return this.#log;
  }
}

/** What is left for later requests, on top of what the newest version of the session holds. */
export function replayFlash(
  fresh: Readonly<Values> | undefined,
  changes: Changes | undefined,
): Readonly<Values> | undefined {
  if (changes === undefined) return fresh;
  const left = replay({ ...fresh }, changes);
  return Object.keys(left).length > 0 ? left : undefined;
}
