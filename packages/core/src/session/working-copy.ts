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

/**
 * One request's view of the data: reads and writes values, logs what was changed by name, and finds what was changed by
 * mutation in what it handed out. Nothing is parsed before it is looked at.
 */
export class WorkingCopy {
  /** The data as loaded: what mutations are found against. */
  #text: string;
  #values: Values | undefined;
  #entries: Map<string, Entry> | undefined;
  #handedOut: Set<string> | undefined;
  /** The entries that the commit under way has taken along. */
  #taken: ReadonlyMap<string, Entry> | undefined;
  #retain: ReadonlySet<string> | undefined;
  #late = false;

  constructor(text: string) {
    this.#text = text;
  }

  get(key: string): unknown {
    const value = own(this.#live(), key);
    if (typeof value === "object" && value !== null) {
      this.#handedOut ??= new Set();
      this.#handedOut.add(key);
    }
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
    const before = this.#entries?.get(key);
    const value = updater(own(values, key));
    if (value !== undefined) assertSerialisable(value, key);
    put(values, key, value);
    const onOwnValue = before
      ? before.kind !== "update"
      : this.#retain !== undefined && !this.#retain.has(key);
    if (onOwnValue) {
      // The value before was this request's own, so there is nothing of others' to run again on.
      this.#log(key, value === undefined ? "delete" : "set");
      return;
    }
    this.#entries ??= new Map();
    this.#entries.set(key, {
      kind: "update",
      late: this.#late,
      updaters: [...(before?.updaters ?? []), updater],
      text: JSON.stringify(value),
    });
  }

  /** Removes every key that `retain` does not name, and forgets the changes made to them. */
  clear(retain: ReadonlySet<string> = new Set()): void {
    const values = this.#live();
    for (const key of Object.keys(values)) if (!retain.has(key)) delete values[key];
    for (const key of this.#entries?.keys() ?? []) {
      if (!retain.has(key)) this.#entries?.delete(key);
    }
    for (const key of this.#handedOut ?? []) {
      if (!retain.has(key)) this.#handedOut?.delete(key);
    }
    const before = this.#retain;
    this.#retain = before ? new Set([...retain].filter((key) => before.has(key))) : retain;
  }

  /** From here on changes count as made after this request's login. */
  crossBoundary(): void {
    this.#late = true;
  }

  /** Everything again from the start: a session that was destroyed or regenerated. */
  reset(): void {
    this.#text = "{}";
    this.#values = {};
    this.#entries = undefined;
    this.#handedOut = undefined;
    this.#retain = undefined;
    this.#late = true;
  }

  /**
   * Whether anything was changed, cheaply answered where nothing was handed out. Refuses a mutated value that JSON would
   * not keep, since such a value may read like the old one: a Map in place of an empty object.
   */
  isChanged(): boolean {
    if (this.#retain !== undefined || (this.#entries?.size ?? 0) > 0) return true;
    if (this.#handedOut === undefined || this.#handedOut.size === 0) return false;
    const values = this.#live();
    for (const key of this.#handedOut) assertSerialisable(own(values, key), key);
    return JSON.stringify(values) !== this.#text;
  }

  /** What was changed, mutations included. Refuses a mutated value that JSON would not keep. */
  changes(): Changes {
    const keys = new Map<string, KeyChange>();
    this.#taken = new Map(this.#entries);
    for (const [key, entry] of this.#entries ?? []) keys.set(key, this.#closed(key, entry));
    for (const key of this.#mutated()) {
      const value = own(this.#live(), key);
      assertSerialisable(value, key);
      keys.set(key, { kind: "set", value, late: this.#entries?.get(key)?.late ?? this.#late });
    }
    return { retain: this.#retain, keys };
  }

  /** The values as this request sees them. Shared, not copied: they are for reading. */
  values(): Values {
    return this.#live();
  }

  /**
   * Takes over what was stored. `snapshot` is this copy's text when `changes` was taken: what a handler did since then stays a
   * change, and values that came out as this request had them keep their identity for its handlers.
   */
  committed(changes: Changes, snapshot: string, stored: string): void {
    for (const key of changes.keys.keys()) this.#keepWatching(key);
    if (stored !== snapshot) this.#adopt(parseData(snapshot), parseData(stored));
    for (const [key, entry] of this.#taken ?? []) {
      if (this.#entries?.get(key) === entry) this.#entries.delete(key);
    }
    if (this.#retain === changes.retain) this.#retain = undefined;
    this.#taken = undefined;
    this.#text = stored;
    this.#late = false;
  }

  /** Brings in what others wrote, except where this request has gone on writing meanwhile. */
  #adopt(snapshot: Values, stored: Values): void {
    const values = this.#live();
    for (const key of new Set([...Object.keys(values), ...Object.keys(stored)])) {
      const mine = JSON.stringify(own(values, key));
      const touchedSince = mine !== JSON.stringify(own(snapshot, key));
      if (!touchedSince && mine !== JSON.stringify(own(stored, key))) {
        put(values, key, own(stored, key));
      }
    }
  }

  #live(): Values {
    this.#values ??= parseData(this.#text);
    return this.#values;
  }

  #log(key: string, kind: "set" | "delete"): void {
    this.#entries ??= new Map();
    this.#entries.set(key, { kind, late: this.#late, updaters: [] });
  }

  #closed(key: string, entry: Entry): KeyChange {
    const { late } = entry;
    if (entry.kind === "update") return { kind: "update", updaters: entry.updaters, late };
    if (entry.kind === "delete") return { kind: "delete", late };
    const value = own(this.#live(), key);
    assertSerialisable(value, key);
    return { kind: "set", value, late };
  }

  /** Keys whose value was handed out, not set since, and does not read as it did. */
  #mutated(): string[] {
    const mutated: string[] = [];
    let loaded: Values | undefined;
    for (const key of this.#handedOut ?? []) {
      const entry = this.#entries?.get(key);
      if (entry && entry.kind !== "update") continue;
      let before = entry?.text;
      if (!entry) {
        loaded ??= parseData(this.#text);
        before = JSON.stringify(own(loaded, key));
      }
      if (this.#textOf(key) !== before) mutated.push(key);
    }
    return mutated;
  }

  /** The value's text now; a value that cannot be written differs from every text, and the check of it says why. */
  #textOf(key: string): string | undefined {
    const value = own(this.#live(), key);
    if (value !== undefined) assertSerialisable(value, key);
    return JSON.stringify(value);
  }

  /** A handler may still hold what it set: later mutations of it are found like those of what was handed out. */
  #keepWatching(key: string): void {
    const value = own(this.#live(), key);
    if (typeof value !== "object" || value === null) return;
    this.#handedOut ??= new Set();
    this.#handedOut.add(key);
  }
}
