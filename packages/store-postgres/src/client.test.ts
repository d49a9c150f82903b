import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { askOf, type PostgresClient, statement } from "./client.ts";
import { postgresStore } from "./store.ts";

const pool = new pg.Pool({ connectionString: "postgres://nobody@127.0.0.1:1/none" });
const client = new pg.Client();
const pglite = new PGlite();
afterAll(() => Promise.all([pool.end(), pglite.close()]));

test("a pool and a client of pg, and PGlite, fit without a cast", () => {
  const clients: PostgresClient[] = [pool, client, pglite];
  for (const pool of clients) expect(() => postgresStore({ pool })).not.toThrow();
});

test("a statement's name says what its text is, and is short enough", () => {
  expect(statement("SELECT 1")).toEqual(statement("SELECT 1"));
  expect(statement("SELECT 1").name).not.toBe(statement("SELECT 2").name);
  expect(statement("SELECT 1").name.length).toBeLessThan(64);
});

test("pg gets the name unless that is turned off", async () => {
  const asked: unknown[] = [];
  const fake = {
    async query(query: object) {
      asked.push(query);
      return { rows: [{ n: 1 }] };
    },
  };
  const one = statement("SELECT 1 AS n");
  expect(await askOf(fake, true)(one, [1])).toEqual([{ n: 1 }]);
  await askOf(fake, false)(one, []);
  expect(asked).toEqual([
    { ...one, values: [1] },
    { text: one.text, values: [] },
  ]);
});

test("PGlite gets the text and the values", async () => {
  const ask = askOf(pglite, true);
  expect(await ask(statement("SELECT $1::bigint AS n"), [1])).toEqual([{ n: 1 }]);
});
