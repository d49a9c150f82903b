import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { SessionConfigError } from "@coatcheck/core";
import { testId, testRecord } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { SCHEMA_VERSION } from "./schema.ts";
import { sqliteStore } from "./store.ts";
import { temporaryPath } from "./testing.ts";

/** Runs `sql` on the file, as somebody else would. */
function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

function one(path: string, sql: string): unknown {
  const db = new DatabaseSync(path);
  const value = Object.values(db.prepare(sql).get() ?? {})[0];
  db.close();
  return value;
}

describe("the schema", () => {
  test("is made in a new file, which is marked with its version", () => {
    const path = temporaryPath();
    sqliteStore({ path }).close();
    expect(one(path, "PRAGMA user_version")).toBe(SCHEMA_VERSION);
    expect(one(path, "PRAGMA application_id")).toBe(0x436f6174);
    expect(one(path, "SELECT strict FROM pragma_table_list('session')")).toBe(1);
  });

  test("is left alone where it is there", () => {
    const path = temporaryPath();
    sqliteStore({ path }).close();
    const before = one(path, "PRAGMA schema_version");
    sqliteStore({ path }).close();
    expect(one(path, "PRAGMA schema_version")).toBe(before);
  });

  test("of the version before is brought up to date, with all that is in it", async () => {
    const path = temporaryPath();
    const now = 1_234_567;
    const records = [testRecord(now, "a"), testRecord(now, "b", { expiresAt: 7_654_321 })];
    const store = sqliteStore({ path, clock: () => now });
    for (const record of records) store.create(record);
    store.close();
    tamper(
      path,
      `DROP INDEX session_by_expiry;
       ALTER TABLE session DROP COLUMN expiry_slot;
       CREATE INDEX session_by_expiry ON session (expires_at);
       PRAGMA user_version = 1`,
    );
    const upgraded = sqliteStore({ path, clock: () => 2_000_000 });
    expect(one(path, "PRAGMA user_version")).toBe(SCHEMA_VERSION);
    expect(await upgraded.sweep()).toBe(1);
    expect(upgraded.read(testId("b"))).toEqual(records[1]);
    upgraded.close();
  });

  test("of a newer version of this package is refused", () => {
    const path = temporaryPath();
    sqliteStore({ path }).close();
    tamper(path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    expect(() => sqliteStore({ path })).toThrow(SessionConfigError);
    expect(() => sqliteStore({ path })).toThrow(
      `has schema version ${SCHEMA_VERSION + 1}, written by a newer @coatcheck/store-sqlite; ` +
        `this one knows versions up to ${SCHEMA_VERSION}`,
    );
  });

  test("is not put into the database of another application, of which nothing changes", () => {
    const path = temporaryPath("app.db");
    tamper(path, "CREATE TABLE account (id INTEGER PRIMARY KEY)");
    const before = readFileSync(path);
    expect(() => sqliteStore({ path })).toThrow(SessionConfigError);
    expect(() => sqliteStore({ path })).toThrow("is the database of another application");
    expect(readFileSync(path).equals(before)).toBe(true);
    tamper(path, "DROP TABLE account; PRAGMA user_version = 1");
    expect(() => sqliteStore({ path })).toThrow("is the database of another application");
  });

  test("refuses what is not a record", () => {
    const store = sqliteStore({ path: ":memory:" });
    const record = testRecord(Date.now(), "a");
    expect(() => store.create({ ...record, version: "one" as unknown as number })).toThrow();
    expect(() => store.create({ ...record, data: null as unknown as string })).toThrow();
    expect(store.read(record.id)).toBeUndefined();
    expect(store.create(record)).toBe("ok");
    store.close();
  });
});
