import type { MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";

/**
 * What a store keeps of one session. Times are whole milliseconds since the epoch.
 *
 * A store needs to understand `id`, `version`, `userId`, `authenticatedAt`, `lastSeenAt` and `expiresAt`. `state` and `data` are
 * texts (JSON, never larger than the application made them) to be kept to the letter.
 */
export interface SessionRecord {
  /** 22 characters of base64url: safe in a key or a log, and no secret. */
  readonly id: SessionId;
  /** Counts the updates of this session from 1. */
  readonly version: number;
  /** Who is logged in; `null` for an anonymous session. 1 to 255 characters of well-formed Unicode, none of them NUL. */
  readonly userId: string | null;
  readonly createdAt: number;
  /** When this user last authenticated in this session; `null` for an anonymous one. */
  readonly authenticatedAt: number | null;
  readonly lastSeenAt: number;
  /** From this moment on the record does not exist any more, swept or not. */
  readonly expiresAt: number;
  /** The core's own bookkeeping: hashes of the secret, deadlines, flash. Opaque. */
  readonly state: string;
  /** The application's data. Opaque. */
  readonly data: string;
}

/** What `touch` moves. */
export interface SessionTimes {
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** How many sessions one user may have, and what happens to the one too many. */
export interface SessionLimit {
  readonly perUser: number;
  readonly onLimit: "evict-oldest" | "reject";
}

/** Room was made: the write took place, and these sessions of the same user were destroyed for it. */
export interface Evicted {
  readonly evicted: readonly SessionId[];
}

/** `"exists"`: that id is taken, nothing was written; it goes before `"full"`: the limit rejected it, nothing was written. */
export type CreateOutcome = "ok" | "exists" | "full" | Evicted;

/**
 * `"stale"`: the record lives but has another version. `"gone"`: there is none, or it has expired.
 * `"full"`: the limit rejected it. In all three nothing was written.
 */
export type UpdateOutcome = "ok" | "stale" | "gone" | "full" | Evicted;

/** Capability *notify*. A store has both methods or neither. */
export interface SessionNotifier {
  /**
   * Tells every process that watches this storage that these sessions are over. Best effort, no part of any write and after it: whoever must not miss
   * one reads as well.
   */
  announce(ids: readonly SessionId[]): MaybePromise<void>;

  /**
   * Calls `listener` with the id of each session that is announced, by this process too, from when this answers until the function is called that it
   * answers, and perhaps of one from a moment before; with `undefined` when some may have been missed, as after a connection was lost and is back.
   */
  watch(listener: (id: SessionId | undefined) => void): MaybePromise<() => MaybePromise<void>>;
}

/**
 * Where server-side sessions live. This page is the whole specification; `@coatcheck/testkit` tests every sentence of it.
 *
 * - Any method may answer at once or with a promise. A store that works synchronously should answer at once.
 * - Absence is a value; an exception or a rejection means that the store is broken or out of reach, and only that.
 * - Each method is atomic: check and write are one step for every process that uses the same storage.
 * - A record whose `expiresAt` is not after now does not exist: no method finds it, counts it or brings it back.
 * - A store keeps copies. Nothing it hands out or was handed changes what it holds.
 */
export interface SessionStore extends Partial<SessionNotifier> {
  /** The live record, or `undefined`. */
  read(id: SessionId): MaybePromise<SessionRecord | undefined>;

  /**
   * Writes a new record, unless that id exists.
   *
   * With `limit`, and a `record.userId`: at most `limit.perUser` live sessions of that user exist after the call, this
   * one included. `"evict-oldest"` destroys those with the smallest `authenticatedAt` (of equals, any); `"reject"` writes nothing and answers `"full"`.
   * The rule holds under any number of parallel calls, from any number of processes.
   */
  create(record: SessionRecord, limit?: SessionLimit): MaybePromise<CreateOutcome>;

  /**
   * Replaces the live record of the same id if its version is `expectedVersion`. Never creates. All fields may differ,
   * `userId` too (login). `limit` as in `create`; the session itself never counts as one of the others.
   */
  update(
    record: SessionRecord,
    expectedVersion: number,
    limit?: SessionLimit,
  ): MaybePromise<UpdateOutcome>;

  /**
   * Moves `lastSeenAt` and `expiresAt` of a live record forward; a value before the stored one leaves it as it is.
   * Changes neither data nor version, and never brings a record back.
   */
  touch(id: SessionId, times: SessionTimes): MaybePromise<"ok" | "gone">;

  /** Removes the record. `true` if a live one was there. Nothing is left that could be updated or touched. */
  destroy(id: SessionId): MaybePromise<boolean>;

  /** Capability *by user*: the live sessions of a user, newest `authenticatedAt` first. Both methods or neither. */
  listByUser?(userId: string): MaybePromise<SessionRecord[]>;

  /** Capability *by user*: destroys the live sessions of a user but `except`; the ids of those destroyed. */
  destroyByUser?(userId: string, except?: SessionId): MaybePromise<SessionId[]>;

  /** Capability *sweep*: removes expired records in small steps; how many went. */
  sweep?(): MaybePromise<number>;

  /** Releases what the store itself opened (a file, never the caller's connection). Harmless to repeat. */
  close?(): MaybePromise<void>;
}

/** A store with every capability but perhaps *notify*, which takes a connection of its own. */
export type FullStore = Required<Omit<SessionStore, keyof SessionNotifier>> &
  Partial<SessionNotifier>;
