import type {
  CreateOutcome,
  FullStore,
  SessionId,
  SessionLimit,
  SessionNotifier,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { outcomeOf, recordOf, SweepTimer, sweepInBatches, valuesOf } from "@coatcheck/sql";
import { type Ask, askOf, type Row, run } from "./client.ts";
import { explained, isDeadlock, refusal } from "./errors.ts";
import { Listener } from "./listener.ts";
import { namesOf } from "./names.ts";
import { type PostgresStoreOptions, type Settings, settingsOf } from "./options.ts";
import { schemaText } from "./schema/schema.ts";
import { type Statements, statementsOf } from "./statements.ts";

/** A store with every capability; *notify* only with the option `listen`. */
export interface PostgresStore extends FullStore {
  /**
   * Makes the table, its indexes and its function, or brings them to this version. Run it when you deploy, or at each start:
   * it changes nothing where all is there, and any number of processes may run it at once.
   *
   * @throws {SessionConfigError} for a table of somebody else or of a newer version, and for connections that are not READ
   * COMMITTED.
   */
  setup(): Promise<void>;
  /** Ends the store's own sweeping, after the sweep under way, and lets go of the connection that listens. The pool stays open. */
  close(): Promise<void>;
}

/**
 * Sessions in a table of PostgreSQL, from version 12, by a `Pool` of `pg` or by PGlite. Each call is one statement and one
 * round trip, which decides and writes at once. Run `setup()` before the first.
 *
 * @throws {SessionConfigError} for a wrong option.
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  return new Postgres(settingsOf(options));
}

/** The ids of one notification, which may have 8000 bytes. */
const PER_NOTIFICATION = 300;

/** A call that is given up by the server to end a deadlock is repeated up to so often. */
const MAX_TRIES = 3;
/** Milliseconds before that: on a busy server a call that comes back at once is there before the one that it has made way for. */
const PAUSE = 25;

class Postgres implements PostgresStore {
  readonly #settings: Settings;
  readonly #sql: Statements;
  readonly #send: Ask;
  readonly #timer: SweepTimer;
  readonly #listener: Listener | undefined;
  declare announce?: SessionNotifier["announce"];
  declare watch?: SessionNotifier["watch"];

  constructor(settings: Settings) {
    const names = namesOf(settings);
    this.#settings = settings;
    this.#sql = statementsOf(names);
    this.#send = askOf(settings.pool, settings.prepare);
    this.#timer = new SweepTimer(settings.sweepEvery, () => this.sweep());
    if (settings.listen) {
      const listener = new Listener(settings.listen, names.channel);
      this.#listener = listener;
      this.announce = (ids) => this.#announce(names.channel, ids);
      this.watch = (watcher) => listener.watch(watcher);
    }
  }

  async setup(): Promise<void> {
    try {
      await run(this.#settings.pool, schemaText(this.#settings));
    } catch (error) {
      throw refusal(error);
    }
  }

  async read(id: SessionId): Promise<SessionRecord | undefined> {
    const [row] = await this.#ask("read", id, this.#now);
    return row && recordOf(row);
  }

  async create(record: SessionRecord, limit?: SessionLimit): Promise<CreateOutcome> {
    if (limit && record.userId !== null) return this.#login(record, null, limit);
    const { written } = await this.#answer("create", ...valuesOf(record), this.#now);
    return Number(written) > 0 ? "ok" : "exists";
  }

  async update(
    record: SessionRecord,
    expectedVersion: number,
    limit?: SessionLimit,
  ): Promise<UpdateOutcome> {
    if (limit && record.userId !== null) return this.#login(record, expectedVersion, limit);
    const values = [...valuesOf(record), expectedVersion, this.#now];
    return (await this.#answer("update", ...values)).outcome as UpdateOutcome;
  }

  async touch(id: SessionId, { lastSeenAt, expiresAt }: SessionTimes): Promise<"ok" | "gone"> {
    const rows = await this.#ask("touch", id, lastSeenAt, expiresAt, this.#now);
    return rows.length > 0 ? "ok" : "gone";
  }

  async destroy(id: SessionId): Promise<boolean> {
    return (await this.#ask("destroy", id, this.#now)).length > 0;
  }

  async listByUser(userId: string): Promise<SessionRecord[]> {
    return (await this.#ask("listByUser", userId, this.#now)).map(recordOf);
  }

  async destroyByUser(userId: string, except?: SessionId): Promise<SessionId[]> {
    const rows = await this.#ask("destroyByUser", userId, except ?? null, this.#now);
    return rows.map((row) => row.id as SessionId);
  }

  /** By statements of at most 500 records, which pass over what others are about to remove. */
  sweep(): Promise<number> {
    const now = this.#now;
    return sweepInBatches(this.#settings.maxSwept, async (count) =>
      Number((await this.#answer("sweep", now, count)).swept),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#timer.stop(), this.#listener?.close()]);
  }

  get #now(): number {
    return this.#settings.clock();
  }

  async #announce(channel: string, ids: readonly SessionId[]): Promise<void> {
    const payloads: string[] = [];
    for (let i = 0; i < ids.length; i += PER_NOTIFICATION) {
      payloads.push(ids.slice(i, i + PER_NOTIFICATION).join(" "));
    }
    if (payloads.length > 0) await this.#ask("announce", channel, payloads);
  }

  async #login<Word extends string>(
    record: SessionRecord,
    expectedVersion: number | null,
    { perUser, onLimit }: SessionLimit,
  ) {
    const values = [...valuesOf(record), expectedVersion, this.#now, perUser - 1];
    const { outcome } = await this.#answer("login", ...values, onLimit === "reject");
    const [word, ...evicted] = outcome as string[];
    return outcomeOf<Word>(word, evicted);
  }

  /** Of a statement that answers by one row, whatever it finds. */
  async #answer(name: keyof Statements, ...values: unknown[]): Promise<Row> {
    const [row] = await this.#ask(name, ...values);
    return row as Row;
  }

  async #ask(name: keyof Statements, ...values: unknown[]): Promise<readonly Row[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#send(this.#sql[name], values);
      } catch (error) {
        // Nothing of the call was done.
        if (!isDeadlock(error) || tries === MAX_TRIES) throw explained(error, this.#settings.table);
        await new Promise((resolve) => setTimeout(resolve, tries * PAUSE));
      }
    }
  }
}
