import { type Changes, type KeyChange, own, put, type Updater, type Values } from "./changes.ts";
import { parseData } from "./record.ts";
import { assertSerialisable } from "./serialisable.ts";

/** A key's change as it stands. What was set is read from the values at the end, since it may be mutated after. */
interface Entry {
  readonly kind: "set" | "delete" | "update";
  readonly late: boolean;
  readonly updaters: readonly Updater[];
  /** The text of an update's own result, to find out whether somebody mutated it later. */
  readonly text?: string | undefined;
}

/** What a commit under way has taken along. */
interface Taken {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly retain: ReadonlySet<string> | undefined;
  readonly snapshot: string;
}

/** A value that a handler may hold on to after a commit put another one in its place. */
interface Replaced {
  readonly value: unknown;
  readonly text: string | undefined;
}

/**
 * One request's view of the data: reads and writes values, logs what was changed by name, and finds what was changed by
 * mutation in what it handed out. Nothing is parsed before it is looked at.
 */
export class WorkingCopy {
  /** The data as loaded or last stored: what mutations are found against. */
  #text: string;
  #values: Values | undefined;
  #entries = new Map<string, Entry>();
  #handedOut = new Set<string>();
  #replaced = new Map<string, Replaced>();
  #retain: ReadonlySet<string> | undefined;
  #taken: Taken | undefined;
  #late: boolean;

  /** `late`: what is changed counts as made after a login or a regenerate. */
  constructor(text: string, late = false) {
    this.#text = text;
    this.#late = late;
  }

  get(key: string): unknown {
    const value = own(this.#live(), key);
    if (isObject(value)) this.#handedOut.add(key);
    return value;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#live(), key);
  }

  keys(): string[] {
    return Object.keys(this.#live());
  }

  set(key: string, value: unknown): void {
    if (value === undefined) {
      this.delete(key);
      return;
    }
    assertSerialisable(value, key);
    put(this.#live(), key, value);
    this.#log(key, "set");
  }

  delete(key: string): void {
    delete this.#live()[key];
    this.#log(key, "delete");
  }

  update(key: string, updater: Updater): void {
    const values = this.#live();
    const before = this.#entries.get(key);
    // What this request itself put there is not others' to change, so there is nothing to run again on.
    const onOwnValue = before ? before.kind !== "update" || this.#isMutated(key) : this.#isOwn(key);
    const text = JSON.stringify(own(values, key));
    let value: unknown;
    try {
      value = updater(own(values, key));
      if (value !== undefined) assertSerialisable(value, key);
    } catch (error) {
      // What it did to the value before it failed is undone, or the next commit would write it.
      put(values, key, text && JSON.parse(text));
      throw error;
    }
    put(values, key, value);
    if (onOwnValue) {
      this.#log(key, value === undefined ? "delete" : "set");
      return;
    }
    const updaters = [...(before?.updaters ?? []), updater];
    const result = JSON.stringify(value);
    this.#entries.set(key, { kind: "update", late: this.#late, updaters, text: result });
    // The updater may hold on to it.
    if (isObject(value)) this.#handedOut.add(key);
  }

  /** Removes every key that `retain` does not name, and forgets the changes made to them. */
  clear(retain: ReadonlySet<string> = new Set()): void {
    const values = this.#live();
    for (const key of Object.keys(values)) if (!retain.has(key)) delete values[key];
    for (const watched of [this.#entries, this.#handedOut, this.#replaced]) {
      for (const key of [...watched.keys()]) if (!retain.has(key)) watched.delete(key);
    }
    const before = this.#retain;
    this.#retain = before ? new Set([...retain].filter((key) => before.has(key))) : retain;
  }

  /** From here on changes count as made after this request's login. */
  crossBoundary(): void {
    for (const key of this.#mutated()) this.#log(key, "set");
    this.#late = true;
  }

  /**
   * Whether anything was changed, cheaply answered where nothing was handed out. Refuses a mutated value that JSON would
   * not keep, since such a value may read like the old one: a Map in place of an empty object.
   */
  isChanged(): boolean {
    if (this.#retain !== undefined || this.#entries.size > 0) return true;
    if (this.#handedOut.size === 0 && this.#replaced.size === 0) return false;
    const values = this.#live();
    for (const key of this.#handedOut) assertSerialisable(own(values, key), key);
    // The whole is compared first: in the common case it is the same text. It may also differ in the order of its keys only.
    const same = this.#replaced.size === 0 && JSON.stringify(values) === this.#text;
    return !same && this.#mutated().length > 0;
  }

  /**
   * Hands what was changed to a commit, mutations included; what is changed from here on is for the next one. Refuses a
   * mutated value that JSON would not keep.
   */
  take(): { readonly changes: Changes; readonly snapshot: string } {
    for (const key of this.#mutated()) this.#log(key, "set");
    const keys = new Map<string, KeyChange>();
    for (const [key, entry] of this.#entries) keys.set(key, this.#closed(key, entry));
    const snapshot = this.#values === undefined ? this.#text : JSON.stringify(this.#values);
    const retain = this.#retain;
    this.#taken = { entries: this.#entries, retain, snapshot };
    this.#entries = new Map();
    this.#retain = undefined;
    return { changes: { retain, keys }, snapshot };
  }

  /** The values as this request sees them. Shared, not copied: they are for reading. */
  values(): Values {
    return this.#live();
  }

  /** The commit has stored `text`: its values come in, except where this request has gone on writing meanwhile. */
  committed(text: string): void {
    const taken = this.#taken;
    this.#taken = undefined;
    this.#text = text;
    this.#late = false;
    if (taken === undefined || this.#values === undefined) return;
    // A handler may still hold what it set: later mutations of it are found like those of what was handed out.
    for (const key of taken.entries.keys()) {
      if (isObject(own(this.#live(), key))) this.#handedOut.add(key);
    }
    if (text !== taken.snapshot) this.#adopt(parseData(taken.snapshot), parseData(text));
  }

  /** The commit has failed: what it took is to be done still, before what came since. */
  restore(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken === undefined) return;
    const since = this.#entries;
    this.#entries = new Map();
    for (const [key, entry] of taken.entries) {
      if (this.#retain === undefined || this.#retain.has(key)) this.#entries.set(key, entry);
    }
    for (const [key, entry] of since) this.#entries.set(key, after(taken.entries.get(key), entry));
    this.#retain ??= taken.retain;
  }

  #adopt(snapshot: Values, stored: Values): void {
    const values = this.#live();
    for (const key of new Set([...Object.keys(values), ...Object.keys(stored)])) {
      const entry = this.#entries.get(key);
      if (entry ? entry.kind !== "update" : this.#isCleared(key)) continue;
      const mine = own(values, key);
      const text = JSON.stringify(mine);
      const theirs = own(stored, key);
      if (entry) {
        put(
          values,
          key,
          entry.updaters.reduce((value, update) => update(value), theirs),
        );
        this.#entries.set(key, { ...entry, text: JSON.stringify(own(values, key)) });
      } else if (text === JSON.stringify(own(snapshot, key)) && text !== JSON.stringify(theirs)) {
        put(values, key, theirs);
        if (this.#handedOut.has(key)) this.#replaced.set(key, { value: mine, text });
      }
    }
  }

  #live(): Values {
    this.#values ??= parseData(this.#text);
    return this.#values;
  }

  #log(key: string, kind: "set" | "delete"): void {
    this.#replaced.delete(key);
    this.#entries.set(key, { kind, late: this.#late, updaters: [] });
  }

  #closed(key: string, { kind, late, updaters }: Entry): KeyChange {
    if (kind === "update") return { kind, updaters, late };
    const value = own(this.#live(), key);
    if (kind === "delete" || value === undefined) return { kind: "delete", late };
    assertSerialisable(value, key);
    return { kind, value, late };
  }

  /** Keys whose value was handed out, not set since, and does not read as it did. */
  #mutated(): string[] {
    for (const [key, { value, text }] of this.#replaced) {
      assertSerialisable(value, key);
      // Mutated after a commit had put another value there: like any mutation, the last one wins.
      if (JSON.stringify(value) !== text) put(this.#live(), key, value);
    }
    return [...this.#handedOut].filter((key) => this.#isMutated(key));
  }

  #isMutated(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry && entry.kind !== "update") return false;
    const value = own(this.#live(), key);
    if (value !== undefined) assertSerialisable(value, key);
    const before = entry ? entry.text : JSON.stringify(own(parseData(this.#text), key));
    return JSON.stringify(value) !== before;
  }

  #isCleared(key: string): boolean {
    return this.#retain !== undefined && !this.#retain.has(key);
  }

  /** No change of the key is logged, and yet its value is this request's own: the key was cleared, or its value mutated. */
  #isOwn(key: string): boolean {
    return this.#isCleared(key) || (this.#handedOut.has(key) && this.#isMutated(key));
  }
}

/** One entry for two, the later on top of the earlier. */
function after(earlier: Entry | undefined, later: Entry): Entry {
  if (earlier === undefined || later.kind !== "update") return later;
  if (earlier.kind !== "update") return { ...later, kind: "set", updaters: [], text: undefined };
  return { ...later, updaters: [...earlier.updaters, ...later.updaters] };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
