import { type Clock, systemClock } from "../clock.ts";
import { SessionConfigError } from "../errors.ts";
import type { SessionId } from "../token/token.ts";
import type {
  CreateOutcome,
  SessionLimit,
  SessionRecord,
  SessionStore,
  SessionTimes,
  UpdateOutcome,
} from "./contract.ts";
import { RecordColumns } from "./memory-columns.ts";
import { ExpiryQueue } from "./memory-expiry.ts";
import { UserRings } from "./memory-rings.ts";

export interface MemoryStoreOptions {
  /**
   * Most sessions held at once. Default 100000. A full store first drops what has expired, then the anonymous session
   * that was seen least recently. It never drops a logged-in one: with only such left, `create` throws.
   */
  readonly maxSessions?: number;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: Clock;
}

/** A store with every capability and nothing to close. */
export type MemoryStore = Required<Omit<SessionStore, "close">>;

/** Expired sessions that each `create` removes: more than it adds, so that they cannot pile up without a timer. */
const REAPED_PER_CREATE = 4;
const DEFAULT_MAX_SESSIONS = 100_000;
const OPTIONS = ["maxSessions", "clock"];

/**
 * Sessions in this process's memory: gone when it ends, unknown to every other process. Answers at once, copies what it
 * takes and gives, and has no timer.
 *
 * @throws {SessionConfigError} for a `maxSessions` that is not a positive whole number, and for unknown options.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { maxSessions = DEFAULT_MAX_SESSIONS, clock = systemClock } = options;
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) fail(name, `is not an option; there are ${OPTIONS.join(", ")}`);
  }
  if (!Number.isSafeInteger(maxSessions) || maxSessions < 1) {
    fail("maxSessions", "must be a whole number from 1");
  }
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  return new InMemory(maxSessions, clock);
}

class InMemory implements MemoryStore {
  readonly #maxSessions: number;
  readonly #clock: Clock;
  readonly #slots = new Map<SessionId, number>();
  readonly #columns = new RecordColumns();
  readonly #expiry = new ExpiryQueue();
  readonly #rings = new UserRings();

  constructor(maxSessions: number, clock: Clock) {
    this.#maxSessions = maxSessions;
    this.#clock = clock;
  }

  read(id: SessionId): SessionRecord | undefined {
    const slot = this.#find(id, this.#clock());
    return slot === undefined ? undefined : this.#record(slot);
  }

  create(record: SessionRecord, limit?: SessionLimit): CreateOutcome {
    const now = this.#clock();
    if (this.#find(record.id, now) !== undefined) return "exists";
    const surplus = this.#surplus(record, limit, now);
    if (surplus.length > 0 && limit?.onLimit === "reject") return "full";
    const evicted = surplus.map((slot) => this.#drop(slot));
    this.#makeRoom(now);
    const slot = this.#columns.add(record);
    this.#slots.set(record.id, slot);
    this.#expiry.add(slot, record.expiresAt);
    this.#rings.append(record.userId, slot);
    return evicted.length > 0 ? { evicted } : "ok";
  }

  update(record: SessionRecord, expectedVersion: number, limit?: SessionLimit): UpdateOutcome {
    const now = this.#clock();
    const slot = this.#find(record.id, now);
    if (slot === undefined) return "gone";
    if (this.#columns.version(slot) !== expectedVersion) return "stale";
    const surplus = this.#surplus(record, limit, now);
    if (surplus.length > 0 && limit?.onLimit === "reject") return "full";
    const evicted = surplus.map((other) => this.#drop(other));
    this.#enlist(slot, record.userId, record.lastSeenAt);
    this.#columns.replace(slot, record);
    this.#expiry.move(slot, record.expiresAt);
    return evicted.length > 0 ? { evicted } : "ok";
  }

  touch(id: SessionId, times: SessionTimes): "ok" | "gone" {
    const slot = this.#find(id, this.#clock());
    if (slot === undefined) return "gone";
    if (times.lastSeenAt > this.#columns.lastSeenAt(slot)) {
      this.#enlist(slot, this.#columns.userId(slot), times.lastSeenAt);
      this.#columns.setLastSeenAt(slot, times.lastSeenAt);
    }
    if (times.expiresAt > this.#expiry.expiresAt(slot)) this.#expiry.move(slot, times.expiresAt);
    return "ok";
  }

  destroy(id: SessionId): boolean {
    const slot = this.#find(id, this.#clock());
    if (slot === undefined) return false;
    this.#drop(slot);
    return true;
  }

  listByUser(userId: string): SessionRecord[] {
    return this.#ofUser(userId, this.#clock()).map((slot) => this.#record(slot));
  }

  destroyByUser(userId: string, except?: SessionId): SessionId[] {
    return this.#ofUser(userId, this.#clock())
      .filter((slot) => this.#columns.id(slot) !== except)
      .map((slot) => this.#drop(slot));
  }

  sweep(): number {
    return this.#reap(this.#clock(), Number.POSITIVE_INFINITY);
  }

  #record(slot: number): SessionRecord {
    return { ...this.#columns.record(slot), expiresAt: this.#expiry.expiresAt(slot) };
  }

  #find(id: SessionId, now: number): number | undefined {
    const slot = this.#slots.get(id);
    if (slot === undefined || this.#expiry.expiresAt(slot) > now) return slot;
    this.#drop(slot);
    return undefined;
  }

  /** The user's live slots, newest login first. */
  #ofUser(userId: string, now: number): number[] {
    const rank = (slot: number): number => this.#columns.authenticatedAt(slot) || 0;
    return this.#rings
      .slots(userId)
      .filter((slot) => this.#expiry.expiresAt(slot) > now)
      .sort((a, b) => rank(b) - rank(a) || this.#columns.createdAt(b) - this.#columns.createdAt(a));
  }

  /** Those that must go so that `record` fits under its user's limit: the oldest logins, never the session itself. */
  #surplus(record: SessionRecord, limit: SessionLimit | undefined, now: number): number[] {
    if (limit === undefined || record.userId === null) return [];
    return this.#ofUser(record.userId, now)
      .filter((slot) => this.#columns.id(slot) !== record.id)
      .slice(limit.perUser - 1);
  }

  /** Puts the slot into its owner's ring; one just seen goes last in the ring of nobody, whose first is evicted first. */
  #enlist(slot: number, userId: string | null, lastSeenAt: number): void {
    const before = this.#columns.userId(slot);
    const seen = userId === null && lastSeenAt > this.#columns.lastSeenAt(slot);
    if (before === userId && !seen) return;
    this.#rings.remove(before, slot);
    this.#rings.append(userId, slot);
  }

  #makeRoom(now: number): void {
    this.#reap(now, REAPED_PER_CREATE);
    if (this.#slots.size < this.#maxSessions) return;
    const anonymous = this.#rings.first(null);
    if (anonymous === undefined) {
      throw new Error(
        `memoryStore is full: all of its ${this.#maxSessions} sessions (maxSessions) are logged in; ` +
          "raise maxSessions, shorten the timeouts, limit sessions per user, or use a store on disk",
      );
    }
    this.#drop(anonymous);
  }

  #reap(now: number, most: number): number {
    let count = 0;
    while (count < most) {
      const slot = this.#expiry.due(now);
      if (slot === undefined) break;
      this.#drop(slot);
      count += 1;
    }
    return count;
  }

  #drop(slot: number): SessionId {
    const id = this.#columns.id(slot);
    this.#slots.delete(id);
    this.#rings.remove(this.#columns.userId(slot), slot);
    this.#expiry.remove(slot);
    this.#columns.remove(slot);
    return id;
  }
}

function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
