import type {
  CreateOutcome,
  FullStore,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { outcomeOf, recordOf, SweepTimer, sweepInBatches } from "@coatcheck/sql";
import { errorNumber } from "./client.ts";
import { Database } from "./database.ts";
import { type MysqlStoreOptions, type Settings, settingsOf } from "./options.ts";
import { bytes, columnsOf, idsOf } from "./row.ts";
import { setUp } from "./schema/setup.ts";

/** A store with every capability. */
export interface MysqlStore extends FullStore {
  /**
   * Makes the tables and the procedures, or brings them to this version. Run it when you deploy, or at each start: it
   * changes nothing where all is there, and any number of processes may run it at once.
   *
   * @throws {SessionConfigError} for a table of somebody else or of a newer version, and for connections without autocommit,
   * utf8mb4 or FOUND_ROWS.
   */
  setup(): Promise<void>;
  /** Ends the store's own sweeping, after the sweep under way. The pool stays open. */
  close(): Promise<void>;
}

const DUPLICATE = 1062;

/**
 * Sessions in a table of MySQL, from 8.0.29, or MariaDB, from 10.6, by a pool of `mysql2/promise`. Each call is one round
 * trip; a call that lost a race may take a second look. Run `setup()` before the first.
 *
 * @throws {SessionConfigError} for a wrong option.
 */
export function mysqlStore(options: MysqlStoreOptions): MysqlStore {
  return new Mysql(settingsOf(options));
}

class Mysql implements MysqlStore {
  readonly #settings: Settings;
  readonly #db: Database;
  readonly #timer: SweepTimer;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#db = new Database(settings);
    this.#timer = new SweepTimer(settings.sweepEvery, () => this.sweep());
  }

  setup(): Promise<void> {
    return setUp(this.#settings);
  }

  async read(id: SessionId): Promise<SessionRecord | undefined> {
    const [row] = await this.#db.rows("read", id, this.#now);
    return row && recordOf(row);
  }

  async create(record: SessionRecord, limit?: SessionLimit): Promise<CreateOutcome> {
    if (limit && record.userId !== null) return this.#login(record, null, limit);
    if (await this.#insert(record)) return "ok";
    // What holds the id has expired, or lives: then it does so after this, too.
    await this.#db.found("dropExpired", record.id, this.#now);
    return (await this.#insert(record)) ? "ok" : "exists";
  }

  async update(
    record: SessionRecord,
    expectedVersion: number,
    limit?: SessionLimit,
  ): Promise<UpdateOutcome> {
    if (limit && record.userId !== null) return this.#login(record, expectedVersion, limit);
    const [id, ...columns] = columnsOf(record);
    const found = await this.#db.found("update", ...columns, id, expectedVersion, this.#now);
    if (found > 0) return "ok";
    // Nothing was written either way, so a second look may tell which.
    const [row] = await this.#db.rows("version", id, this.#now);
    return row ? "stale" : "gone";
  }

  async touch(id: SessionId, { lastSeenAt, expiresAt }: SessionTimes): Promise<"ok" | "gone"> {
    const found = await this.#db.found("touch", lastSeenAt, expiresAt, id, this.#now);
    return found > 0 ? "ok" : "gone";
  }

  async destroy(id: SessionId): Promise<boolean> {
    return (await this.#db.found("destroy", id, this.#now)) > 0;
  }

  async listByUser(userId: string): Promise<SessionRecord[]> {
    return (await this.#db.rows("listByUser", bytes(userId), this.#now)).map(recordOf);
  }

  async destroyByUser(userId: string, except?: SessionId): Promise<SessionId[]> {
    const row = await this.#db.call("destroyByUser", bytes(userId), except ?? null, this.#now);
    return idsOf(row.ids);
  }

  /** By transactions of at most 500 records, which pass over what others are about to remove. */
  sweep(): Promise<number> {
    const now = this.#now;
    return sweepInBatches(this.#settings.maxSwept, async (count) =>
      Number((await this.#db.call("sweep", now, count)).swept),
    );
  }

  close(): Promise<void> {
    return this.#timer.stop();
  }

  get #now(): number {
    return this.#settings.clock();
  }

  /** Whether the id was free. */
  async #insert(record: SessionRecord): Promise<boolean> {
    try {
      await this.#db.found("insert", ...columnsOf(record));
      return true;
    } catch (error) {
      if (errorNumber(error) === DUPLICATE) return false;
      throw error;
    }
  }

  async #login<Word extends string>(
    record: SessionRecord,
    expectedVersion: number | null,
    { perUser, onLimit }: SessionLimit,
  ) {
    const row = await this.#db.call(
      "login",
      ...columnsOf(record),
      expectedVersion,
      this.#now,
      perUser - 1,
      onLimit === "reject",
    );
    return outcomeOf<Word>(String(row.outcome), idsOf(row.ids));
  }
}
