import { SessionConfigError, type SessionRecord } from "@coatcheck/core";
import { postgresSchema, postgresStore } from "@coatcheck/store-postgres";
import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import pg from "pg";
import { expect, test } from "vitest";
import { dropTable, pglite, postgres, uniqueName } from "../services/postgres.ts";
import { describeWith } from "../services/services.ts";
import { describeSql } from "./describe-sql.ts";
import { describeStore } from "./describe-store.ts";

const server = await postgres();
const { service, pool, open } = server;
const clock = manualClock();
const EVICT = { perUser: 1, onLimit: "evict-oldest" } as const;

// Skipped, each time: the three cases for stores that lack a capability.
await describeStore("postgresStore by two pools of pg", (clock) => open(clock), 3, service.missing);

await describeStore("postgresStore on PGlite", pglite(), 3);

async function waiting(table: string): Promise<number> {
  const { rows } = await pool.query(
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1",
    [`%${table}%`],
  );
  return rows.length;
}

describeSql({
  ...server,
  name: "postgresStore",
  // The server counts those of all its tables, and a call that fails by one is repeated.
  deadlocks: () => 0,
  async mark(table, comment) {
    await pool.query(`COMMENT ON TABLE "${table}" IS '${comment}'`);
  },
  drop: (table) => dropTable(pool, table),
  async hold(table, id) {
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query(`SELECT 1 FROM "${table}" WHERE id = $1 FOR UPDATE`, [id]);
    return async () => {
      await client.query("ROLLBACK");
      client.release();
    };
  },
  waiting,
  uniqueName,
  losing: { stale: 1, gone: 1, exists: 1 },
});

const rows = async (table: string): Promise<number> =>
  Number((await pool.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n);

describeWith(service, "postgresStore and its server", () => {
  test("expired records go two at a time with each create, when their ten minutes are over", async () => {
    const clock = manualClock();
    const { store, table, dispose } = await open(clock);
    for (const name of ["1", "2", "3", "4", "5"]) {
      await store.create(testRecord(clock(), name, { expiresAt: clock() + 10 }));
    }
    const left: number[] = [];
    clock.advance(600_000);
    for (const name of ["a", "b", "c"]) {
      await store.create(testRecord(clock(), name));
      left.push(await rows(`"${table}"`));
    }
    // A create that writes nothing removes nothing.
    expect(await store.create(testRecord(clock(), "c"))).toBe("exists");
    expect(left).toEqual([4, 3, 3]);
    await dispose();
  });

  test("many creates at once over each other's expired records do not get in each other's way", async () => {
    const clock = manualClock();
    const { store, peer, dispose } = await open(clock);
    const names = Array.from({ length: 60 }, (_, i) => `${i}`);
    for (const name of names) await store.create(testRecord(clock(), name));
    clock.advance(3_600_000);
    const answers = await Promise.all(
      names.map((name, i) => (i % 2 ? store : peer).create(testRecord(clock(), name))),
    );
    expect(answers).toEqual(names.map(() => "ok"));
    for (const name of names) expect(await store.read(testId(name))).toBeDefined();
    await dispose();
  });

  test("a touch within the ten minutes writes to no index", async () => {
    const clock = manualClock();
    const { table, dispose } = await open(clock);
    const client = new pg.Client({ connectionString: service.url });
    await client.connect();
    const store = postgresStore({ pool: client, clock, table });
    const record = testRecord(clock(), "a", { expiresAt: clock() - (clock() % 600_000) + 600_000 });
    await store.create(record);
    for (let i = 0; i < 10; i += 1) {
      const times = { lastSeenAt: clock() + i, expiresAt: record.expiresAt + i };
      expect(await store.touch(record.id, times)).toBe("ok");
    }
    await client.query("SELECT pg_stat_force_next_flush()");
    const { rows } = await client.query(
      "SELECT n_tup_upd AS all, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = $1",
      [table],
    );
    expect(rows).toEqual([{ all: "10", hot: "10" }]);
    await client.end();
    await dispose();
  });

  test("names with capitals and hyphens, and words of SQL, work in a schema that setup makes", async () => {
    const schema = `S-${uniqueName()}`;
    for (const table of ["User", "user", "Session-Store_1", "x".repeat(48)]) {
      const { store, dispose } = await open(clock, { schema, table });
      await store.setup();
      const record = testLogin(clock(), "a", "ann");
      expect(await store.create(record, EVICT)).toBe("ok");
      expect(await store.listByUser("ann")).toEqual([record]);
      expect(await rows(`"${schema}"."${table}"`)).toBe(1);
      await dispose();
    }
    await pool.query(`DROP SCHEMA "${schema}"`);
  });

  test("the schema may be put in place by another tool", async () => {
    const table = uniqueName();
    await pool.query(postgresSchema({ table, unlogged: true }));
    const { rows } = await pool.query(
      "SELECT relpersistence AS p FROM pg_class WHERE relname = $1",
      [table],
    );
    expect(rows).toEqual([{ p: "u" }]);
    const { store, dispose } = await open(clock, { table });
    expect(await store.create(testLogin(clock(), "a", "ann"), EVICT)).toBe("ok");
    await dispose();
  });

  test("connections that are not READ COMMITTED are refused by setup, and by a limit", async () => {
    const { table, dispose } = await open(clock);
    const other = new pg.Pool({
      connectionString: service.url,
      options: "-c default_transaction_isolation=serializable",
      max: 1,
    });
    const strict = postgresStore({ pool: other, clock, table });
    await expect(strict.setup()).rejects.toBeInstanceOf(SessionConfigError);
    await expect(strict.setup()).rejects.toThrow(
      "pool must run in READ COMMITTED, not serializable",
    );
    await expect(strict.create(testLogin(clock(), "a", "ann"), EVICT)).rejects.toThrow(
      "a limit needs READ COMMITTED, not serializable",
    );
    await other.end();
    await dispose();
  });

  test("statements are prepared once per connection, unless that is turned off", async () => {
    const { table, dispose } = await open(clock);
    const prepared = async (prepare: boolean): Promise<number> => {
      const client = new pg.Client({ connectionString: service.url });
      await client.connect();
      const store = postgresStore({ pool: client, clock, table, prepare });
      for (let i = 0; i < 3; i += 1) await store.read(testId("a"));
      await store.touch(testId("a"), testRecord(clock(), "a"));
      const { rows } = await client.query("SELECT name FROM pg_prepared_statements");
      await client.end();
      return rows.length;
    };
    expect(await prepared(true)).toBe(2);
    expect(await prepared(false)).toBe(0);
    await dispose();
  });

  test("a server of another opinion on types is read all the same", async () => {
    const { store, table, dispose } = await open(clock);
    const record = testLogin(clock(), "a", "ann");
    await store.create(record);
    const other = new pg.Client({ connectionString: service.url });
    other.setTypeParser(20, BigInt);
    await other.connect();
    expect(await postgresStore({ pool: other, clock, table }).read(record.id)).toEqual(record);
    await other.end();
    await dispose();
  });

  test("a call that the server gives up to end a deadlock is made again", async () => {
    const { store, table, dispose } = await open(clock);
    const [first, second] = ["a", "b"]
      .map((name) => testLogin(clock(), name, "ann"))
      .sort((a, b) => (a.id < b.id ? -1 : 1)) as [SessionRecord, SessionRecord];
    const other = await pool.connect();
    const lock = (id: string) =>
      other.query(`SELECT 1 FROM "${table}" WHERE id = $1 FOR UPDATE`, [id]);

    /** Whether it was the store's call that was given up: the server looks once, a second after a call has begun to wait. */
    async function deadlock(): Promise<boolean> {
      for (const record of [first, second]) await store.create(record);
      await other.query("BEGIN");
      await lock(second.id);
      const ended = store.destroyByUser("ann");
      while ((await waiting(table)) < 1) await new Promise((resolve) => setTimeout(resolve, 5));
      const isThrough = await lock(first.id).then(
        () => true,
        () => false,
      );
      await other.query("ROLLBACK");
      expect((await ended).toSorted()).toEqual([first.id, second.id]);
      return isThrough;
    }

    let seen = false;
    for (let tries = 0; tries < 10 && !seen; tries++) seen = await deadlock();
    expect(seen).toBe(true);
    other.release();
    await dispose();
  }, 30_000);

  test("setup works again where somebody has dropped the table alone", async () => {
    const { store, table, dispose } = await open(clock);
    await pool.query(`DROP TABLE "${table}"`);
    await store.setup();
    const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
    expect(await store.create(testLogin(clock(), "a", "ann"), limit)).toBe("ok");
    await dispose();
  });
});
