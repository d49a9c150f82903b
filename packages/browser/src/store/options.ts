import { type Duration, milliseconds } from "../duration.ts";
import type { Encryption } from "../encryption/encryption.ts";
import { refuse } from "./refuse.ts";
import type { StandardSchema } from "./schema.ts";

/** `"local"`: until somebody removes it. `"session"`: this tab. `"indexeddb"`: as `"local"`, for what is larger. */
export type ClientBackend = "local" | "session" | "indexeddb";

/** The names of a store's entries. */
export type StoreKey<Data> = keyof Data & string;

/** One schema for each key, or one for the values of all keys. A key without one is not validated. */
export type Schemas<Data> =
  | { readonly [Key in keyof Data]?: StandardSchema<Data[Key]> }
  | StandardSchema<Data[keyof Data]>;

/** What went wrong without an error, since the page can go on: nothing is thrown for it. */
export type ClientStoreProblem =
  /** The browser keeps nothing for this page, or not the encryption's key: values live as long as the page. */
  | { readonly code: "memory"; readonly cause: unknown }
  /**
   * The entry counts as absent, and is left where it is.
   * `corrupt`: it is not ours, or its seal does not open. `invalid`: the schema refuses it, `cause` holds the issues.
   * `old-version`: there is no `migrate`, or it threw `cause`. `newer-version`: a newer page wrote it.
   * `clock`: it has a `ttl` and was written in the future, more than a minute from now.
   */
  | {
      readonly code: "corrupt" | "invalid" | "old-version" | "newer-version" | "clock";
      readonly key: string;
      readonly cause?: unknown;
    };

export interface ClientStoreOptions<Data extends object> {
  /** Names the store within the origin: letters, digits, `_`, `.` and `-`. Stores with one name and backend share their entries. */
  readonly name: string;
  readonly backend: ClientBackend;
  /** Standard Schemas (zod, valibot, arktype): values are checked when they are written and when they are read. Default: none. */
  readonly schema?: Schemas<Data>;
  /**
   * How long an entry lives. `idle`: since it was last read or written. `absolute`: since `set`; `update` does not prolong it.
   * Default: for ever.
   */
  readonly ttl?: { readonly idle?: Duration; readonly absolute?: Duration };
  /** Of the values' shape, a whole number from 1. Default: 1. */
  readonly version?: number;
  /** A value of an older version in today's shape; the schema checks it. Without it older values are absent. */
  readonly migrate?: (old: unknown, fromVersion: number, key: string) => unknown;
  /** `deviceKey()` of `@coatcheck/browser/encrypted`: what reaches the disk is encrypted. Default: none. */
  readonly encryption?: Encryption;
  /** Told of every stored value that cannot be used, and of the fallback to memory. */
  readonly onProblem?: (problem: ClientStoreProblem) => void;
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

export interface Limits {
  /** In milliseconds; `Infinity` for none. */
  readonly idle: number;
  readonly absolute: number;
}

/** Refuses wrong options; the `ttl` in milliseconds. */
export function checkOptions({
  name,
  backend,
  version = 1,
  ttl = {},
}: ClientStoreOptions<object>): Limits {
  // A colon would let the entries of "a" and of "a:b" meet.
  if (!/^[\w.-]+$/.test(name ?? "")) refuse("name", "must be letters, digits, _ . -");
  if (!["local", "session", "indexeddb"].includes(backend)) {
    refuse("backend", 'must be "local", "session" or "indexeddb"');
  }
  if (!Number.isSafeInteger(version) || version < 1)
    refuse("version", "must be a whole number from 1");
  return {
    idle: milliseconds(ttl.idle, "ttl.idle"),
    absolute: milliseconds(ttl.absolute, "ttl.absolute"),
  };
}
