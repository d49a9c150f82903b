import { type Clock, systemClock } from "../clock.ts";
import { complete, mustBeFunction, mustCount } from "../config.ts";
import type { MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import type { FullStore, SessionLimit, SessionNotifier, SessionRecord } from "./contract.ts";
import { AUTHENTICATED, EXPIRES, ID, NONE, type Row, VERSION } from "./memory/pages.ts";
import { Table } from "./memory/table.ts";

export interface MemoryStoreOptions {
  /**
   * Most sessions held at once. Default 100000. A full store makes room by dropping the expired sessions that it comes
   * across, else the anonymous one that was written or touched least recently. It never drops a live logged-in one: with only such
   * left, `create` throws.
   */
  readonly maxSessions?: number;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: Clock;
}

/** A store with nothing to close, and nobody to notify: what it holds no other process sees. */
export type MemoryStore = Omit<FullStore, "close" | keyof SessionNotifier>;

/** Sessions that each `create` looks at: more than it adds, so that expired ones cannot pile up without a timer. */
const VISITS_PER_CREATE = 8;

/** Sessions that a sweep looks at before it lets others go on: a millisecond. */
const SWEEP_STEP = 500;

/**
 * Sessions in this process's memory: gone when it ends, unknown to every other process. Answers at once, hands out
 * frozen records, and has no timer.
 *
 * @throws {SessionConfigError} for a `maxSessions` that is not a positive whole number, and for unknown options.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { maxSessions, clock } = complete(options, "", {
    maxSessions: 100_000,
    clock: systemClock,
  });
  mustCount("maxSessions", maxSessions);
  mustBeFunction("clock", clock);

  const table = new Table();
  const { rows, owners } = table;
  /** Goes round all rows, a few steps at each `create`. */
  let round = NONE;
  /** No record expires before. */
  let nextExpiry = Infinity;

  /** Removes it if it has expired; whether it has. */
  const expire = (row: Row, now: number): boolean => {
    const expired = rows.time(row, EXPIRES) <= now;
    if (expired) table.remove(row);
    return expired;
  };

  const find = (id: SessionId): Row => {
    const row = table.find(id);
    return row !== NONE && expire(row, clock()) ? NONE : row;
  };

  const removeAll = (all: readonly Row[]): SessionId[] =>
    all.map((row) => {
      const id = rows.id(row);
      table.remove(row);
      return id;
    });

  /** The user's live sessions, newest login first. */
  const ofUser = (userId: string, except?: SessionId): Row[] => {
    const now = clock();
    const loginOf = (row: Row) => rows.time(row, AUTHENTICATED) || 0;
    return owners
      .ofUser(userId)
      .filter((row) => !(except && rows.is(row, ID, except)) && !expire(row, now))
      .sort((a, b) => loginOf(b) - loginOf(a));
  };

  /** Goes on from that row, so many in a row; how many went, with those of before. */
  const sweep = (from: Row, before: number): MaybePromise<number> => {
    const now = clock();
    const end = Math.min(rows.last, from + SWEEP_STEP - 1);
    let went = before;
    for (let row = from; row <= end; row++) if (expire(row, now)) went++;
    if (end === rows.last) return went;
    return new Promise((resolve) => setImmediate(() => resolve(sweep(end + 1, went))));
  };

  /** Looks at the next row of the round; whether it had expired. */
  const visit = (now: number): boolean => {
    round = round < rows.last ? round + 1 : 1;
    return expire(round, now);
  };

  /** Goes once round all rows, or until one has expired; whether one had. */
  const dropExpired = (now: number): boolean => {
    let earliest = Infinity;
    for (let left = rows.last; left > 0; left--) {
      if (visit(now)) return true;
      earliest = Math.min(earliest, rows.time(round, EXPIRES));
    }
    nextExpiry = earliest;
    return false;
  };

  const makeRoom = (): void => {
    if (rows.last === NONE) return;
    const now = clock();
    for (let visits = 0; visits < VISITS_PER_CREATE; visits++) visit(now);
    if (rows.size < maxSessions) return;
    if (owners.oldest !== NONE) table.remove(owners.oldest);
    else if (nextExpiry > now || !dropExpired(now)) {
      throw new Error(`memoryStore: all ${maxSessions} sessions are logged in; raise maxSessions`);
    }
  };

  const write = (record: SessionRecord, limit?: SessionLimit, before?: Row) => {
    const { id, userId } = record;
    const surplus = limit && userId ? ofUser(userId, id).slice(limit.perUser - 1) : [];
    if (surplus.length > 0 && limit?.onLimit === "reject") return "full";
    const evicted = removeAll(surplus);
    if (before) table.replace(before, record);
    else {
      makeRoom();
      table.add(record);
    }
    nextExpiry = Math.min(nextExpiry, record.expiresAt);
    return evicted.length > 0 ? { evicted } : "ok";
  };

  return {
    read(id) {
      const recent = table.recent(id);
      if (recent && recent.expiresAt > clock()) return recent;
      const row = find(id);
      return row === NONE ? undefined : table.read(row);
    },
    create: (record, limit) => (find(record.id) ? "exists" : write(record, limit)),
    update(record, expectedVersion, limit) {
      const row = find(record.id);
      if (row === NONE) return "gone";
      return rows.number(row, VERSION) === expectedVersion ? write(record, limit, row) : "stale";
    },
    touch(id, times) {
      const row = find(id);
      if (row === NONE) return "gone";
      table.touch(row, times);
      return "ok";
    },
    destroy(id) {
      const row = find(id);
      if (row !== NONE) table.remove(row);
      return row !== NONE;
    },
    listByUser: (userId) => ofUser(userId).map((row) => Object.freeze(rows.read(row))),
    destroyByUser: (userId, except) => removeAll(ofUser(userId, except)),
    sweep: () => sweep(1, 0),
  };
}
