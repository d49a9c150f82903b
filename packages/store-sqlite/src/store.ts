import type { DatabaseSync } from "node:sqlite";
import type {
  Clock,
  CreateOutcome,
  FullStore,
  MaybePromise,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { grouped } from "./group.ts";
import { openDatabase } from "./open.ts";
import { type Settings, type SqliteStoreOptions, settingsOf } from "./options.ts";
import { recordOf, valuesInPlace, valuesOf } from "./row.ts";
import { slotOf } from "./slot.ts";
import { prepareAll, type Statements } from "./statements.ts";
import { sweep } from "./sweep.ts";
import { immediately, type Transaction } from "./transaction.ts";

/** A store with every capability. */
export type SqliteStore = FullStore;

/** Expired records that each `create` removes: more than it adds, so that they cannot pile up without a timer. */
const REAPED_PER_CREATE = 2;

/**
 * Sessions in one SQLite file, by `node:sqlite`. Answers at once; any number of processes may share the file. It runs in
 * WAL mode: a write survives the end of the process, and with `durability: "power-loss"` that of the machine. With `groupCommit` writes
 * are answered by promises.
 *
 * @throws {SessionConfigError} for a wrong option, and for a `path` that cannot be used: no such directory, not a
 * database, another application's database, or one written by a newer version of this package.
 */
export function sqliteStore(options: SqliteStoreOptions): SqliteStore {
  const settings = settingsOf(options);
  const db = openDatabase(settings);
  const transaction = immediately(db);
  const store = new Sqlite(db, transaction, settings);
  if (!settings.groupCommit) return store;
  return grouped(store, transaction, () => db.isTransaction !== false);
}

class Sqlite implements SqliteStore {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #maxSwept: number;
  readonly #transaction: Transaction;
  #db: DatabaseSync | undefined;
  #statements: Statements | undefined;

  constructor(db: DatabaseSync, transaction: Transaction, { path, clock, maxSwept }: Settings) {
    this.#path = path;
    this.#clock = clock;
    this.#maxSwept = maxSwept;
    this.#transaction = transaction;
    this.#db = db;
    this.#statements = prepareAll(db);
  }

  read(id: SessionId): SessionRecord | undefined {
    const row = this.#sql.read.get(id, this.#clock());
    return row && recordOf(row);
  }

  create(record: SessionRecord, limit?: SessionLimit): CreateOutcome {
    const sql = this.#sql;
    return this.#transaction(() => {
      const now = this.#clock();
      if (sql.version.get(record.id, now) !== undefined) return "exists";
      const surplus = this.#surplus(record, limit, now);
      if (surplus.length > 0 && limit?.onLimit === "reject") return "full";
      for (const id of surplus) sql.destroy.run(id, now);
      sql.insert.run(record.id, ...valuesOf(record), now);
      sql.reap.run(slotOf(now), now, REAPED_PER_CREATE);
      return surplus.length > 0 ? { evicted: surplus } : "ok";
    });
  }

  update(record: SessionRecord, expectedVersion: number, limit?: SessionLimit): UpdateOutcome {
    const sql = this.#sql;
    // The common case is one statement, which is its own transaction.
    if (limit === undefined || record.userId === null) {
      const values = valuesInPlace(record, expectedVersion, this.#clock());
      if (sql.updateInPlace.run(...values).changes > 0) return "ok";
    }
    return this.#transaction(() => {
      const now = this.#clock();
      const current = sql.version.get(record.id, now);
      if (current === undefined) return "gone";
      if (current.version !== expectedVersion) return "stale";
      const surplus = this.#surplus(record, limit, now);
      if (surplus.length > 0 && limit?.onLimit === "reject") return "full";
      for (const id of surplus) sql.destroy.run(id, now);
      sql.update.run(...valuesOf(record), record.id, expectedVersion, now);
      return surplus.length > 0 ? { evicted: surplus } : "ok";
    });
  }

  touch(id: SessionId, times: SessionTimes): "ok" | "gone" {
    const { lastSeenAt, expiresAt } = times;
    const { touchInPlace, touch } = this.#sql;
    const now = this.#clock();
    const slot = slotOf(expiresAt);
    if (touchInPlace.run(lastSeenAt, expiresAt, id, now, slot).changes > 0) return "ok";
    return touch.run(lastSeenAt, expiresAt, slot, id, now).changes > 0 ? "ok" : "gone";
  }

  destroy(id: SessionId): boolean {
    return this.#sql.destroy.run(id, this.#clock()).changes > 0;
  }

  listByUser(userId: string): SessionRecord[] {
    return this.#sql.listByUser.all(userId, this.#clock()).map(recordOf);
  }

  destroyByUser(userId: string, except?: SessionId): SessionId[] {
    const rows = this.#sql.destroyByUser.all(userId, except ?? null, this.#clock());
    return rows.map((row) => row.id as SessionId);
  }

  sweep(): MaybePromise<number> {
    const means = {
      transaction: this.#transaction,
      isOpen: () => this.#db !== undefined,
      limitLog: (pages: number) => this.#db?.exec(`PRAGMA wal_autocheckpoint = ${pages}`),
    };
    return sweep(this.#sql, means, this.#clock(), this.#maxSwept);
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
    this.#statements = undefined;
  }

  get #sql(): Statements {
    if (this.#statements === undefined) {
      throw new Error(`the session store on ${this.#path} is closed`);
    }
    return this.#statements;
  }

  /** The sessions that must go so that `record` fits under its user's limit: the oldest logins, never itself. */
  #surplus(record: SessionRecord, limit: SessionLimit | undefined, now: number): SessionId[] {
    if (limit === undefined || record.userId === null) return [];
    const rows = this.#sql.surplus.all(record.userId, record.id, now, limit.perUser - 1);
    return rows.map((row) => row.id as SessionId);
  }
}
