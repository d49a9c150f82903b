import { SessionConfigError } from "@coatcheck/core";
import { mysqlSchema, mysqlStore } from "@coatcheck/store-mysql";
import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { createPool, type PoolOptions } from "mysql2/promise";
import { expect, test } from "vitest";
import { namesOf } from "../../packages/store-mysql/src/names.ts";
import { statementsOf } from "../../packages/store-mysql/src/statements.ts";
import { dropTable, mysql, uniqueName } from "../services/mysql.ts";
import { describeWith } from "../services/services.ts";
import { describeSql } from "./describe-sql.ts";
import { describeStore } from "./describe-store.ts";

const server = await mysql();
const { service, pool, open } = server;
const clock = manualClock();

// Skipped: what concerns notify, and the two cases for stores that lack another capability.
await describeStore(
  "mysqlStore by two pools of mysql2",
  (clock) => open(clock),
  8,
  service.missing,
);

describeSql({
  ...server,
  name: "mysqlStore",
  async mark(table, comment) {
    await pool.query(`ALTER TABLE \`${table}\` COMMENT = ?`, [comment]);
  },
  drop: (table) => dropTable(pool, table),
  async hold(table, id) {
    const connection = await pool.getConnection();
    await connection.beginTransaction();
    await connection.query(`SELECT 1 FROM \`${table}\` WHERE id = ? FOR UPDATE`, [id]);
    return async () => {
      await connection.rollback();
      connection.release();
    };
  },
  async waiting(table) {
    // InnoDB shows the same picture again to whoever asks within 100 ms.
    await new Promise((resolve) => setTimeout(resolve, 150));
    const [rows] = await pool.query(
      `SELECT trx_id FROM information_schema.INNODB_TRX
       WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE ?`,
      [`%${table}%`],
    );
    return (rows as unknown[]).length;
  },
  uniqueName,
  losing: { stale: 2, gone: 2, exists: 3 },
});

describeWith(service, "mysqlStore and its server", () => {
  test("the schema may be put in place by another tool", async () => {
    const table = uniqueName();
    for (const sql of mysqlSchema({ table })) await pool.query(sql);
    const store = mysqlStore({ pool, clock, table });
    const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
    expect(await store.create(testLogin(clock(), "a", "ann"), limit)).toBe("ok");
    await store.setup();
    expect(await store.read(testId("a"))).toBeDefined();
    await dropTable(pool, table);
  });

  test("setup goes on where another was interrupted", async () => {
    const table = uniqueName();
    for (const sql of mysqlSchema({ table }).slice(0, 4)) await pool.query(sql);
    const store = mysqlStore({ pool, clock, table });
    await store.setup();
    expect(await store.sweep()).toBe(0);
    await dropTable(pool, table);
  });

  test("a login without its lock fails until setup has been run", async () => {
    const { store, table, dispose } = await open(clock);
    await pool.query(`DELETE FROM \`${table}_lock\``);
    const login = testLogin(clock(), "a", "ann");
    const limit = { perUser: 1, onLimit: "reject" } as const;
    await expect(store.create(login, limit)).rejects.toThrow("run setup() of the mysqlStore");
    await store.setup();
    expect(await store.create(login, limit)).toBe("ok");
    await dispose();
  });

  test("connections that would damage sessions are refused by setup", async () => {
    const refused: Array<[PoolOptions, string]> = [
      [{ charset: "latin1" }, "pool must use the charset utf8mb4, not latin1"],
      [{ flags: ["-FOUND_ROWS"] }, "pool must keep the flag FOUND_ROWS"],
      [{ database: "" }, "pool must name a database"],
    ];
    for (const [options, message] of refused) {
      const url = new URL(service.url);
      const other = createPool({
        host: url.hostname,
        port: Number(url.port),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        database: url.pathname.slice(1),
        connectionLimit: 1,
        ...options,
      });
      const table = uniqueName();
      const setup = mysqlStore({ pool: other, table }).setup();
      await expect(setup).rejects.toThrow(message);
      await expect(setup).rejects.toBeInstanceOf(SessionConfigError);
      await other.end();
      await dropTable(pool, table);
    }
  });

  test("a pool of another opinion on types and rows is read all the same", async () => {
    const { store, table, dispose } = await open(clock);
    const record = testLogin(clock(), "a", "änn", { data: '"ü😀"' });
    await store.create(record);
    const other = createPool({
      uri: service.url,
      supportBigNumbers: true,
      bigNumberStrings: true,
      typeCast: false,
      rowsAsArray: true,
      namedPlaceholders: true,
    });
    const odd = mysqlStore({ pool: other, clock, table });
    await odd.setup();
    expect(await odd.read(record.id)).toEqual(record);
    const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
    const next = testLogin(clock(), "b", "änn");
    expect(await odd.create(next, limit)).toEqual({ evicted: [record.id] });
    expect(await odd.destroyByUser("änn")).toEqual([next.id]);
    await odd.create(testRecord(clock(), "c", { expiresAt: clock() }));
    expect(await odd.sweep()).toBe(1);
    await other.end();
    await dispose();
  });

  test("a table named like a word of SQL works", async () => {
    const { store, dispose } = await open(clock, { table: "order" });
    const limit = { perUser: 1, onLimit: "reject" } as const;
    expect(await store.create(testLogin(clock(), "a", "ann"), limit)).toBe("ok");
    expect(await store.destroyByUser("ann")).toEqual([testId("a")]);
    await dispose();
  });

  test("no statement looks at the whole table", async () => {
    const { store, table, dispose } = await open(clock);
    for (let i = 0; i < 300; i += 1) {
      await store.create(testLogin(clock(), `${i}`, `user ${i % 100}`));
    }
    await pool.query(`ANALYZE TABLE \`${table}\``);
    const sql = statementsOf(namesOf(table));
    const [id, user] = [testId("1"), Buffer.from("user 1")];
    const asked: Array<[string, Array<string | number | Buffer>]> = [
      [sql.read, [id, 0]],
      [sql.version, [id, 0]],
      [sql.update, [1, user, 1, 1, 1, 1, "", "", id, 1, 0]],
      [sql.touch, [1, 1, id, 0]],
      [sql.destroy, [id, 0]],
      [sql.dropExpired, [id, 0]],
      [sql.listByUser, [user, 0]],
    ];
    for (const [text, values] of asked) {
      const [rows] = await pool.execute(`EXPLAIN ${text}`, values);
      const [plan] = rows as Array<{ key: string; rows: number }>;
      expect(plan?.key, text).toBe(text === sql.listByUser ? "by_user" : "PRIMARY");
      expect(Number(plan?.rows), text).toBeLessThan(10);
    }
    await dispose();
  });
});
