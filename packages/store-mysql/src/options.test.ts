import { SessionConfigError } from "@coatcheck/core";
import callbacks from "mysql2";
import promises from "mysql2/promise";
import { afterAll, expect, test } from "vitest";
import { mysqlSchema } from "./schema/schema.ts";
import { mysqlStore } from "./store.ts";

const pool = promises.createPool({ port: 1 });
const callbackPool = callbacks.createPool({ port: 1 });
afterAll(() => Promise.all([pool.end(), callbackPool.promise().end()]));

test("a pool of mysql2/promise fits without a cast", () => {
  expect(() => mysqlStore({ pool })).not.toThrow();
  expect(() => mysqlStore({ pool: callbackPool.promise() })).not.toThrow();
});

test("a pool that takes callbacks is refused, and the error says which to take", () => {
  // @ts-expect-error it answers nothing
  const construct = () => mysqlStore({ pool: callbackPool });
  expect(construct).toThrow(SessionConfigError);
  expect(construct).toThrow(
    'pool must be a pool of "mysql2/promise": import createPool from there, or pass pool.promise()',
  );
});

test("options that cannot be meant are refused", () => {
  const wrong: Array<[option: string, options: unknown]> = [
    ["options", undefined],
    ["pool", {}],
    ["pool", { pool: "mysql://localhost" }],
    ["pool", { pool: { query() {}, execute() {} } }],
    ["table", { pool, table: "" }],
    ["table", { pool, table: "app.session" }],
    ["table", { pool, table: "a`b" }],
    ["table", { pool, table: "Session" }],
    ["table", { pool, table: "x".repeat(54) }],
    ["clock", { pool, clock: 0 }],
    ["maxSwept", { pool, maxSwept: 0 }],
    ["sweepEvery", { pool, sweepEvery: 60_000 }],
    ["schema", { pool, schema: "app" }],
  ];
  for (const [option, options] of wrong) {
    const construct = () => mysqlStore(options as Parameters<typeof mysqlStore>[0]);
    expect(construct, option).toThrow(expect.objectContaining({ code: "config", option }));
  }
  expect(() => mysqlSchema({ table: "a.b" })).toThrow(SessionConfigError);
});

test("the longest name still leaves room for what goes with the table", () => {
  const names = mysqlSchema({ table: "t".repeat(53) }).flatMap((sql) => [
    ...sql.matchAll(/`(\w+)`/g),
  ]);
  expect(Math.max(...names.map(([, name = ""]) => name.length))).toBeLessThanOrEqual(64);
});
