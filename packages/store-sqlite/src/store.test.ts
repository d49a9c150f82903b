import { DatabaseSync } from "node:sqlite";
import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { sqliteStore } from "./store.ts";
import { inProcesses, temporaryPath } from "./testing.ts";

const clock = manualClock();

/** Rows in the file, expired ones included. */
function rows(path: string): number {
  const db = new DatabaseSync(path);
  const count = Number(db.prepare("SELECT count(*) AS n FROM session").get()?.n);
  db.close();
  return count;
}

// What every store must do is tested by the suite of @coatcheck/testkit; here is what only this one does.
describe("close", () => {
  test("may be repeated, and every call after it says so", () => {
    const path = temporaryPath();
    const store = sqliteStore({ path, clock });
    store.close();
    store.close();
    const record = testRecord(clock(), "a");
    const calls = [
      () => store.read(record.id),
      () => store.create(record),
      () => store.update(record, 1),
      () => store.update(record, 1, { perUser: 1, onLimit: "reject" }),
      () => store.touch(record.id, record),
      () => store.destroy(record.id),
      () => store.listByUser("ann"),
      () => store.destroyByUser("ann"),
      () => store.sweep(),
    ];
    for (const call of calls) expect(call).toThrow(`the session store on ${path} is closed`);
  });
});

describe("expired records", () => {
  test("go two at a time with each create", () => {
    const clock = manualClock();
    const path = temporaryPath();
    const store = sqliteStore({ path, clock });
    for (const name of ["1", "2", "3", "4", "5"]) {
      store.create(testRecord(clock(), name, { expiresAt: clock() + 10 }));
    }
    // Those that may share ten minutes with one that lives are for a sweep.
    clock.advance(10);
    store.create(testRecord(clock(), "0"));
    expect(rows(path)).toBe(6);
    clock.advance(600_000);
    const left = ["a", "b", "c"].map((name) => {
      store.create(testRecord(clock(), name));
      return rows(path);
    });
    expect(left).toEqual([5, 4, 3]);
    store.close();
  });

  test("go in batches with sweep, as many at a time as it may", async () => {
    const clock = manualClock();
    const path = temporaryPath();
    const store = sqliteStore({ path, clock, maxSwept: 700 });
    for (let i = 0; i < 1_600; i += 1) {
      store.create(testRecord(clock(), `${i}`, { expiresAt: clock() + 10 }));
    }
    clock.advance(10);
    const went: number[] = [];
    for (let i = 0; i < 4; i++) went.push(await store.sweep());
    expect(went).toEqual([700, 700, 200, 0]);
    expect(rows(path)).toBe(0);
    store.close();
  });
});

describe("a sweep of many", () => {
  const filled = () => {
    const clock = manualClock();
    const path = temporaryPath();
    const store = sqliteStore({ path, clock });
    for (let i = 0; i < 1_000; i += 1) {
      store.create(testRecord(clock(), `${i}`, { expiresAt: clock() + (i % 4 ? 10 : 1_000_000) }));
    }
    return { clock, path, store };
  };

  test.each([10, 599_999, 700_000])("lets others go on in between, %i ms later", async (later) => {
    const { clock, path, store } = filled();
    clock.advance(later);
    let turns = 0;
    let sweeping = true;
    const turn = () => {
      turns++;
      if (sweeping) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await store.sweep()).toBe(750);
    sweeping = false;
    expect(turns).toBeGreaterThanOrEqual(7);
    expect(rows(path)).toBe(250);
    expect(await store.sweep()).toBe(0);
    store.close();
  });

  test("spares what is touched meanwhile, and ends when the store is closed", async () => {
    const { clock, path, store } = filled();
    clock.advance(10);
    const swept = store.sweep();
    // The clock of the sweep has passed them; another process's may be behind.
    const behind = sqliteStore({ path, clock: () => clock() - 5 });
    const [last, times] = [testId("999"), { lastSeenAt: clock(), expiresAt: clock() + 1_000_000 }];
    expect(behind.touch(last, times)).toBe("ok");
    behind.close();
    await new Promise(setImmediate);
    store.close();
    expect(await swept).toBeLessThan(750);
    const reopened = sqliteStore({ path, clock });
    expect(await reopened.sweep()).toBeGreaterThan(0);
    expect(reopened.read(last)).toMatchObject(times);
    reopened.close();
  });

  test("tells of a failure in a later batch", async () => {
    const { clock, path, store } = filled();
    clock.advance(10);
    const swept = store.sweep();
    const db = new DatabaseSync(path);
    db.exec("DROP TABLE session");
    db.close();
    await expect(swept).rejects.toThrow("no such table");
    store.close();
  });
});

describe("several processes", () => {
  test("wait for each other", async () => {
    const path = temporaryPath();
    const store = sqliteStore({ path, clock });
    await store.create(testRecord(clock(), "a", { data: "0" }));
    const other = inProcesses(
      1,
      path,
      `const db = new DatabaseSync(path);
       db.exec("BEGIN IMMEDIATE; UPDATE session SET data = 'overwritten'; COMMIT; BEGIN IMMEDIATE");
       setTimeout(() => db.exec("COMMIT"), 200);`,
    );
    // Until the other process has the lock; what it wrote before that is the sign.
    while ((await store.read(testId("a")))?.data === "0") await new Promise(setImmediate);
    expect(await store.update(testRecord(clock(), "a", { version: 2, data: "1" }), 1)).toBe("ok");
    await other;
    expect(await store.read(testId("a"))).toMatchObject({ version: 2, data: "1" });
    await store.close();
  });

  test("give up when one keeps the others waiting, with SQLite's own error, and go on after it", () => {
    const path = temporaryPath();
    const store = sqliteStore({ path, clock, busyTimeout: "20ms" });
    const record = testLogin(clock(), "a", "ann");
    store.create(record);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
    const writes = [
      () => store.create(testRecord(clock(), "b")),
      () => store.update({ ...record, version: 2 }, 1),
      () => store.update({ ...record, version: 2 }, 1, limit),
      () => store.touch(record.id, { lastSeenAt: clock() + 1, expiresAt: clock() + 1 }),
      () => store.destroy(record.id),
      () => store.destroyByUser("ann"),
    ];
    for (const write of writes) {
      expect(write).toThrow(expect.objectContaining({ code: "ERR_SQLITE_ERROR", errcode: 5 }));
    }
    expect(store.read(record.id)).toEqual(record);
    other.exec("ROLLBACK");
    other.close();
    expect(store.update({ ...record, version: 2 }, 1)).toBe("ok");
    store.close();
  });
});

test("a call that fails half way leaves nothing behind", () => {
  const path = temporaryPath();
  const store = sqliteStore({ path, clock });
  const record = testLogin(clock(), "a", "ann");
  store.create(record);
  const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
  const unwritable = testLogin(clock(), "b", "ann", { data: null as unknown as string });
  expect(() => store.create(unwritable, limit)).toThrow();
  expect(store.listByUser("ann")).toEqual([record]);
  expect(store.create(testLogin(clock(), "b", "ann"), limit)).toEqual({ evicted: [record.id] });
  store.close();
});
