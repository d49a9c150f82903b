import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SessionConfigError } from "@coatcheck/core";
import { testLogin, testRecord } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { openDatabase } from "./open.ts";
import { settingsOf } from "./options.ts";
import { sqliteStore } from "./store.ts";
import { inProcesses, temporaryPath } from "./testing.ts";

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function refusal(path: string): SessionConfigError {
  try {
    sqliteStore({ path }).close();
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError);
    return error as SessionConfigError;
  }
  throw new Error("it was not refused");
}

describe("the file", () => {
  test("is created for its owner alone, and so is what SQLite puts beside it", () => {
    const path = temporaryPath();
    const store = sqliteStore({ path });
    store.create(testRecord(Date.now(), "a"));
    expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual(["600", "600", "600"]);
    store.close();
  });

  test("keeps its mode if it was there before", () => {
    const path = temporaryPath();
    writeFileSync(path, "");
    chmodSync(path, 0o640);
    sqliteStore({ path }).close();
    expect(mode(path)).toBe("640");
  });

  test("holds the sessions when it is opened again", async () => {
    const path = temporaryPath();
    const record = testLogin(Date.now(), "a", "ann");
    const first = sqliteStore({ path });
    await first.create(record);
    await first.close();
    const second = sqliteStore({ path });
    expect(await second.read(record.id)).toEqual(record);
    await second.close();
  });

  test("may be opened for the first time by several processes at once", async () => {
    const path = temporaryPath();
    const [processes, files] = [6, 100];
    // Each file at its own moment, so that no process runs ahead of the others.
    const opened = await inProcesses(
      processes,
      path,
      `let count = 0;
       const sleeper = new Int32Array(new SharedArrayBuffer(4));
       const start = Math.ceil(Date.now() / 100) * 100 + 100;
       for (let i = 0; i < ${files}; i += 1) {
         Atomics.wait(sleeper, 0, 0, Math.max(0, start + i * 20 - Date.now()));
         const store = sqliteStore({ path: path + i });
         const session = { id: "process " + process.pid, version: 1, userId: "ann", createdAt: 0,
           authenticatedAt: 0, lastSeenAt: 0, expiresAt: Date.now() + 60_000, state: "", data: "" };
         if (store.create(session) === "ok") count += 1;
         store.close();
       }
       console.log(count);`,
    );
    expect(opened).toEqual(Array(processes).fill(`${files}\n`));
    for (let i = 0; i < files; i += 1) {
      const store = sqliteStore({ path: `${path}${i}` });
      expect(await store.listByUser("ann")).toHaveLength(processes);
      await store.close();
    }
  });

  test("may be opened for the first time by two stores of one process", async () => {
    const path = temporaryPath();
    const [one, other] = [sqliteStore({ path }), sqliteStore({ path })];
    const record = testRecord(Date.now(), "a");
    await one.create(record);
    expect(await other.read(record.id)).toEqual(record);
    await one.close();
    expect(await other.read(record.id)).toEqual(record);
    await other.close();
  });
});

describe("a path is refused, and named with the remedy, when", () => {
  test("its directory does not exist", () => {
    const path = join(temporaryPath("missing"), "sessions.db");
    expect(refusal(path)).toMatchObject({
      option: "path",
      message: `path ${path}: directory ${dirname(path)} does not exist: create it first`,
    });
    expect(existsSync(dirname(path))).toBe(false);
  });

  test("its directory is a file", () => {
    const file = temporaryPath("file");
    writeFileSync(file, "");
    expect(refusal(join(file, "sessions.db")).message).toContain("cannot be created (ENOTDIR)");
  });

  test("it is a directory", () => {
    const path = temporaryPath("directory");
    mkdirSync(path);
    expect(refusal(path).message).toContain(`path ${path} cannot be opened`);
  });

  test("it is not a database, which stays as it is", () => {
    const path = temporaryPath("notes.txt");
    const text = "not a database, but long enough to be looked at as if it were one\n".repeat(99);
    writeFileSync(path, text);
    const error = refusal(path);
    expect(error.message).toBe(`path ${path} is not an SQLite database, or a damaged one`);
    expect(error.cause).toMatchObject({ code: "ERR_SQLITE_ERROR" });
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test("it is a damaged database", () => {
    const path = temporaryPath();
    sqliteStore({ path }).close();
    const bytes = readFileSync(path);
    // The header stays, so that only what it describes is damaged.
    writeFileSync(path, bytes.fill(0xaa, 100));
    expect(refusal(path).message).toContain("a damaged one");
  });
});

describe("the connection", () => {
  const pragma = (options: Parameters<typeof sqliteStore>[0], name: string): unknown => {
    const db = openDatabase(settingsOf(options));
    const value = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    db.close();
    return value;
  };

  test("writes ahead, and waits for the disk only if asked to", () => {
    const path = temporaryPath();
    expect(pragma({ path }, "journal_mode")).toBe("wal");
    expect(pragma({ path }, "synchronous")).toBe(1);
    expect(pragma({ path, durability: "power-loss" }, "synchronous")).toBe(2);
  });

  test("waits for other processes as long as it is told", () => {
    const path = temporaryPath();
    expect(pragma({ path }, "busy_timeout")).toBe(2_000);
    expect(pragma({ path, busyTimeout: "250ms" }, "busy_timeout")).toBe(250);
  });
});

test("options that cannot be meant are refused", () => {
  const wrong: Array<[option: string, options: unknown]> = [
    ["options", undefined],
    ["path", {}],
    ["path", { path: "" }],
    ["path", { path: "file:sessions.db" }],
    ["busyTimeout", { path: ":memory:", busyTimeout: 5_000 }],
    ["durability", { path: ":memory:", durability: "full" }],
    ["maxSwept", { path: ":memory:", maxSwept: 0 }],
    ["clock", { path: ":memory:", clock: 0 }],
    ["file", { path: ":memory:", file: "sessions.db" }],
  ];
  for (const [option, options] of wrong) {
    expect(() => sqliteStore(options as Parameters<typeof sqliteStore>[0])).toThrow(
      expect.objectContaining({ code: "config", option }),
    );
  }
});
