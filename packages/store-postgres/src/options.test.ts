import { SessionConfigError } from "@coatcheck/core";
import pg from "pg";
import { expect, test } from "vitest";
import { postgresSchema } from "./schema/schema.ts";
import { postgresStore } from "./store.ts";

const narrow = new pg.Pool({ max: 1 });
const pool = { query: async () => ({ rows: [] }) };

test("options that cannot be meant are refused", () => {
  const wrong: Array<[option: string, options: unknown]> = [
    ["options", undefined],
    ["pool", {}],
    ["pool", { pool: "postgres://localhost" }],
    ["pool", { pool: {} }],
    ["table", { pool, table: "" }],
    ["table", { pool, table: "public.session" }],
    ["table", { pool, table: 'a"b' }],
    ["table", { pool, table: "$setup$" }],
    ["table", { pool, table: "x".repeat(49) }],
    ["schema", { pool, schema: "a b" }],
    ["schema", { pool, schema: null }],
    ["unlogged", { pool, unlogged: "yes" }],
    ["prepare", { pool, prepare: 0 }],
    ["listen", { pool, listen: true }],
    ["listen", { pool, listen: pool }],
    ["listen", { pool, listen: new pg.Client() }],
    ["listen", { pool: narrow, listen: narrow }],
    ["clock", { pool, clock: 0 }],
    ["maxSwept", { pool, maxSwept: 0 }],
    ["maxSwept", { pool, maxSwept: 1.5 }],
    ["sweepEvery", { pool, sweepEvery: 60_000 }],
    ["sweepEvery", { pool, sweepEvery: "999ms" }],
    ["sweepEvery", { pool, sweepEvery: "15d" }],
    ["tableName", { pool, tableName: "session" }],
  ];
  for (const [option, options] of wrong) {
    const construct = () => postgresStore(options as Parameters<typeof postgresStore>[0]);
    expect(construct, option).toThrow(expect.objectContaining({ code: "config", option }));
  }
  expect(() => postgresSchema({ table: "a.b" })).toThrow(SessionConfigError);
  expect(() => postgresSchema({ pool } as object)).toThrow("pool is not an option");
});

test("an error names the remedy", () => {
  expect(() => postgresStore({ pool, table: "app.session" })).toThrow(
    "table must be one name without a dot: choose the schema or database apart from it",
  );
  expect(() => postgresStore({ pool, sweepEvery: "1ms" })).toThrow('from "1s" to "14d"');
});

test("the longest names still leave room for what goes with the table", () => {
  const schema = postgresSchema({ table: "t".repeat(48), schema: "s".repeat(63) });
  const names = [...schema.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name.length);
  expect(Math.max(...names)).toBeLessThanOrEqual(63);
});
