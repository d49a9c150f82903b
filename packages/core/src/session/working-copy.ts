import type { SessionRecord } from "../store/contract.ts";
import { ChangeLog, own, prune, put, run, type Updater, type Values } from "./changes.ts";
import { Recall } from "./recall.ts";
import { parseData } from "./record.ts";
import { assertSerialisable } from "./serialisable.ts";

/** A value that a handler may hold on to and mutate, and how it read when it got there. */
interface Held {
  readonly key: string;
  readonly value: object;
  readonly text: string;
}

/** Never added to: many requests are handed out none. */
const NONE_HELD: Held[] = [];

const recall = new Recall<Values>();

/**
 * One request's view of the data: reads and writes values, logs what was changed by name, and finds what was changed by
 * mutation in what it handed out. Nothing is parsed before it is looked at.
 */
export class WorkingCopy {
  /** The data as loaded, or as the last commit had it. */
  #text: string;
  /** The data that the commit under way is to replace. */
  #former = "";
  readonly #record: SessionRecord | undefined;
  /** What the text says, where other requests have it too: of its objects a handler gets copies. */
  #shared: Readonly<Values> | undefined;
  /** The same, to be changed. */
  #values: Values | undefined;
  /** What was set is read from the values at the end, since it may be mutated after. */
  #written: ChangeLog | undefined;
  /** In the order of handing out. A value stays when a commit puts another one in its place: the handler has it still. */
  #held = NONE_HELD;
  #late: boolean;
  #failure: { readonly error: unknown } | undefined;

  /** `record`: whose data it is. `late`: what is changed counts as made after a login or a regenerate. */
  constructor(text: string, record?: SessionRecord, late = false) {
    this.#text = text;
    this.#record = record;
    this.#late = late;
  }

  get(key: string): unknown {
    const value = own(this.#present(), key);
    // Only an object can be mutated.
    if (typeof value !== "object" || value === null || this.#isHeld(key, value)) return value;
    return this.#hold(key);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#present(), key);
  }

  /** `undefined` deletes. */
  set(key: string, value: unknown): void {
    assertSerialisable(value, key);
    this.#put(key, value);
  }

  update(key: string, updater: Updater): void {
    // What this request itself put there by mutation counts as set, before the updater runs on it.
    this.#logMutations(this.#held.filter((held) => held.key === key));
    const values = this.values();
    const text = JSON.stringify(own(values, key));
    const before = this.#mine(key, text);
    let value: unknown;
    try {
      value = updater(before);
      assertSerialisable(value, key);
    } catch (error) {
      // What it did to the value before it failed is undone, or the next commit would write it.
      this.#forget(key);
      put(values, key, text && JSON.parse(text));
      throw error;
    }
    this.#put(key, value, [updater]);
    // The updater may hold on to it.
    this.#hold(key);
  }

  /** Removes every key that `retain` does not name, and forgets the changes made to them. */
  clear(retain: ReadonlySet<string>): void {
    prune(this.values(), (key) => retain.has(key));
    this.#held = this.#held.filter(({ key }) => retain.has(key));
    this.#log.clear(retain);
  }

  /** From here on changes count as made after this request's login. */
  crossBoundary(): void {
    this.#logMutations();
    this.#late = true;
  }

  /**
   * Whether anything was changed. Refuses a mutated value that JSON would not keep, since such a value may read like the
   * old one: a Map in place of an empty object.
   */
  isChanged(): boolean {
    if (this.#written && !this.#written.isEmpty) return true;
    return this.#held.length > 0 && this.#mutated().length > 0;
  }

  /**
   * Hands what was changed to a commit, mutations included; what is changed from here on is for the next one. Refuses a
   * mutated value that JSON would not keep.
   */
  take(): { readonly changes: ChangeLog; readonly snapshot: string } {
    if (this.#failure) throw this.#failure.error;
    this.#logMutations();
    const changes = this.#log;
    for (const [key, { updaters, late }] of changes.keys) {
      if (updaters) continue;
      const value = own(this.values(), key);
      assertSerialisable(value, key);
      changes.keys.set(key, { value, late });
      // A handler may hold what it set: from here on it is watched like what was handed out.
      this.#forget(key);
      this.#hold(key);
    }
    this.#former = this.#text;
    if (this.#values) this.#text = JSON.stringify(this.#values);
    this.#written = undefined;
    return { changes, snapshot: this.#text };
  }

  /** The values as this request sees them. Not copied: they are for reading. */
  values(): Values {
    const present = this.#present();
    this.#values ??= { ...present };
    return this.#values;
  }

  /** The commit has stored `text`: its values come in, except where this request has gone on writing meanwhile. */
  committed(text: string): void {
    const snapshot = this.#text;
    this.#text = text;
    this.#late = false;
    if (!this.#values) this.#shared = undefined;
    else if (text !== snapshot) this.#adopt(this.#values, parseData(text));
    else if (this.#held.length === 0 && !this.#written) this.#share(this.#values);
  }

  /** The commit has failed: what it took is to be done still, before what came since. */
  restore(taken: ChangeLog): void {
    this.#written = taken.append(this.#log);
  }

  /** No handler has any part of these, so that the next request may have them. */
  #share(values: Values): void {
    if (!this.#record) return;
    recall.renew(this.#record, this.#former, this.#text, values);
    this.#shared = values;
    this.#values = undefined;
  }

  /** What was done, to be added to. */
  get #log(): ChangeLog {
    this.#written ??= new ChangeLog();
    return this.#written;
  }

  #isHeld(key: string, value: object): boolean {
    return this.#held.some((held) => held.value === value && held.key === key);
  }

  #adopt(values: Values, stored: Values): void {
    for (const key of Object.keys({ ...values, ...stored })) {
      if (this.#log.owns(key) || this.#held.some((it) => it.key === key && isMutated(it))) continue;
      const updaters = this.#log.keys.get(key)?.updaters;
      const theirs = own(stored, key);
      if (updaters) {
        this.#rerun(key, updaters, theirs);
      } else if (JSON.stringify(own(values, key)) !== JSON.stringify(theirs)) {
        // Only then: an equal value keeps its identity, so that a handler who holds it goes on working. Of those replaced only
        // the last is watched, or a handler that goes on for hours would gather them.
        const mine = own(values, key);
        this.#held = this.#held.filter((it) => it.key !== key || it.value === mine);
        put(values, key, theirs);
      }
    }
  }

  /** An updater that refuses the others' value fails the commit that it belongs to, the next one, and not this one. */
  #rerun(key: string, updaters: readonly Updater[], theirs: unknown): void {
    this.#forget(key);
    try {
      put(this.values(), key, run(updaters, theirs));
    } catch (error) {
      this.#failure = { error };
    }
    this.#hold(key);
  }

  #put(key: string, value: unknown, updaters?: readonly Updater[]): void {
    // JSON has no -0, and who reads it after this request is given this very value.
    put(this.values(), key, value === 0 ? 0 : value);
    this.#forget(key);
    this.#log.record(key, { updaters, late: this.#late });
  }

  /** The values, for a look at one. */
  #present(): Readonly<Values> {
    return this.#values ?? this.#shared ?? this.#parsed();
  }

  #parsed(): Readonly<Values> {
    const known = this.#record && recall.known(this.#record, this.#text);
    // As of every visitor who is new.
    const values = known ?? (this.#text === "{}" ? {} : parseData(this.#text));
    if (known || (this.#record && recall.keep(this.#record, this.#text, values))) {
      this.#shared = values;
    } else {
      this.#values = values as Values;
    }
    return values;
  }

  /** A value that is handed out, which reads as `text`. */
  #mine(key: string, text: string): unknown {
    const value = own(this.values(), key);
    const isShared = typeof value === "object" && value === own(this.#shared ?? {}, key);
    if (!isShared || value === null) return value;
    const copy: unknown = JSON.parse(text);
    put(this.values(), key, copy);
    return copy;
  }

  /** Watches the value from here on, if it can be mutated. */
  #hold(key: string): unknown {
    const present = own(this.values(), key);
    if (typeof present !== "object" || present === null) return present;
    const text = JSON.stringify(present);
    const value = this.#mine(key, text) as object;
    if (this.#held.length === 0) this.#held = [];
    this.#held.push({ key, value, text });
    return value;
  }

  #forget(key: string): void {
    if (this.#held.length === 0) return;
    this.#held = this.#held.filter((held) => held.key !== key);
  }

  #logMutations(held = this.#held): void {
    if (held.length === 0) return;
    // Also of one that a commit had put another value in place of: like any mutation, the last one wins.
    for (const { key, value } of this.#mutated(held)) this.#put(key, value);
  }

  /** What does not read as it did, under keys that were not set since. */
  #mutated(held = this.#held): Held[] {
    return held.filter((it) => {
      if (this.#written?.owns(it.key)) return false;
      assertSerialisable(it.value, it.key);
      return isMutated(it);
    });
  }
}

/** What cannot be written at all was mutated too: the next commit refuses it. */
function isMutated({ value, text }: Held): boolean {
  try {
    return JSON.stringify(value) !== text;
  } catch {
    return true;
  }
}
