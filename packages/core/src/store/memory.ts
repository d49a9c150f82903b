import { type Clock, systemClock } from "../clock.ts";
import { complete, mustBeFunction, mustCount } from "../config.ts";
import type { MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import type { FullStore, SessionLimit, SessionNotifier, SessionRecord } from "./contract.ts";

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

/** Sessions that a sweep looks at before it lets others go on: a millisecond or two. */
const SWEEP_STEP = 2000;

/** A user's sessions. Most have one, for which a set would weigh half as much as the session itself. In a set the one written least recently comes first. */
type Owned = SessionId | Set<SessionId> | undefined;

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

  const records = new Map<SessionId, SessionRecord>();
  /** The sessions of each user, and those of nobody. */
  const owned = new Map<string | null, Owned>();
  /** Goes round all records, a few steps at each `create`. */
  let round = records.values();
  /** No record expires before. */
  let nextExpiry = Infinity;
  /** The same of those that were written since the last sweep began. */
  let nextOfNew = Infinity;
  let sweeps = 0;

  const own = (owner: string | null, id: SessionId): void => {
    const ids = owned.get(owner);
    if (typeof ids === "object") ids.add(id);
    else owned.set(owner, ids && ids !== id ? new Set([ids, id]) : id);
  };

  const disown = (owner: string | null, id: SessionId): void => {
    const ids = owned.get(owner);
    if (typeof ids === "object") ids.delete(id);
    if (typeof ids !== "object" || ids.size === 0) owned.delete(owner);
  };

  const drop = (record: SessionRecord): SessionId => {
    records.delete(record.id);
    disown(ownerOf(record), record.id);
    return record.id;
  };

  const find = (id: SessionId): SessionRecord | undefined => {
    const record = records.get(id);
    if (!record || record.expiresAt > clock()) return record;
    drop(record);
  };

  /** The user's live sessions, newest login first. */
  const ofUser = (userId: string, except?: SessionId): SessionRecord[] =>
    listOf(owned.get(userId))
      .flatMap((id) => (id !== except && find(id)) || [])
      .sort((a, b) => Number(b.authenticatedAt) - Number(a.authenticatedAt));

  /** Looks at all records, so many in a row; how many went. */
  const sweep = (step: number): MaybePromise<number> => {
    const all = records.values();
    const sweeping = ++sweeps;
    let [went, earliest] = [0, Infinity];
    nextOfNew = Infinity;
    const goOn = (): MaybePromise<number> => {
      for (let i = 0; i < step; i++) {
        const { value } = all.next();
        if (!value) {
          if (sweeping === sweeps) nextExpiry = Math.min(earliest, nextOfNew);
          // An iterator that stands still keeps alive what was deleted since its last step.
          round = records.values();
          return went;
        }
        if (find(value.id)) earliest = Math.min(earliest, value.expiresAt);
        else went++;
      }
      return new Promise((resolve) => setImmediate(() => resolve(goOn())));
    };
    return goOn();
  };

  const makeRoom = (): void => {
    for (let visit = 0; visit < VISITS_PER_CREATE; visit++) {
      const { value } = round.next();
      if (value) find(value.id);
      else round = records.values();
    }
    if (records.size < maxSessions) return;
    const oldest = firstOf(owned.get(null));
    if (oldest) drop(records.get(oldest) as SessionRecord);
    else if (nextExpiry > clock() || !sweep(Infinity)) {
      throw new Error(`memoryStore: all ${maxSessions} sessions are logged in; raise maxSessions`);
    }
  };

  const put = (record: SessionRecord, before?: SessionRecord): void => {
    const { id } = record;
    const owner = ownerOf(record);
    // It becomes the one that was written last.
    if (before && owned.get(owner) !== id) disown(ownerOf(before), id);
    own(owner, id);
    records.set(id, Object.freeze(record));
    nextExpiry = Math.min(nextExpiry, record.expiresAt);
    nextOfNew = Math.min(nextOfNew, record.expiresAt);
  };

  const write = (record: SessionRecord, limit?: SessionLimit, before?: SessionRecord) => {
    const { id, userId } = record;
    const surplus = limit && userId ? ofUser(userId, id).slice(limit.perUser - 1) : [];
    if (surplus[0] && limit?.onLimit === "reject") return "full";
    const evicted = surplus.map(drop);
    if (!before) makeRoom();
    put({ ...record }, before);
    return evicted[0] ? { evicted } : "ok";
  };

  return {
    read: find,
    create: (record, limit) => (find(record.id) ? "exists" : write(record, limit)),
    update(record, expectedVersion, limit) {
      const before = find(record.id);
      if (!before) return "gone";
      return before.version === expectedVersion ? write(record, limit, before) : "stale";
    },
    touch(id, times) {
      const before = find(id);
      if (!before) return "gone";
      const lastSeenAt = Math.max(before.lastSeenAt, times.lastSeenAt);
      const expiresAt = Math.max(before.expiresAt, times.expiresAt);
      put({ ...before, lastSeenAt, expiresAt }, before);
      return "ok";
    },
    destroy(id) {
      const record = find(id);
      if (record) drop(record);
      return !!record;
    },
    listByUser: (userId) => ofUser(userId),
    destroyByUser: (userId, except) => ofUser(userId, except).map(drop),
    sweep: () => sweep(SWEEP_STEP),
  };
}

function listOf(owned: Owned): SessionId[] {
  if (typeof owned === "object") return [...owned];
  return owned ? [owned] : [];
}

function firstOf(owned: Owned): SessionId | undefined {
  return typeof owned === "object" ? owned.values().next().value : owned;
}

/** Whose a record is: a user's; nobody's, and the first to go where there is no room; or (`""`) to be kept, though it is no user's. */
function ownerOf({ userId, authenticatedAt }: SessionRecord): string | null {
  return userId ?? (authenticatedAt === null ? null : "");
}
