import { DatabaseSync } from "node:sqlite";
import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { SqliteStoreOptions } from "./options.ts";
import { sqliteStore } from "./store.ts";
import { temporaryPath } from "./testing.ts";

const clock = manualClock();

function opened() {
  const path = temporaryPath();
  const store = sqliteStore({ path, clock, groupCommit: true });
  // What everybody else sees of the file.
  const peer = sqliteStore({ path, clock });
  return { store, peer };
}

test("writes of one turn are one transaction, and answered when it is committed", async () => {
  const { store, peer } = opened();
  const names = ["a", "b", "c", "d"];
  const there = () => names.filter((name) => peer.read(testId(name)));
  const seen: string[][] = [];
  const writes = names.map(async (name) => {
    expect(await store.create(testRecord(clock(), name))).toBe("ok");
    seen.push(there());
  });
  expect(there()).toEqual([]);
  await Promise.all(writes);
  expect(seen).toEqual([names, names, names, names]);
  await Promise.all([store.close(), peer.close()]);
});

test("of writes of one turn each sees those before it", async () => {
  const { store, peer } = opened();
  const record = testRecord(clock(), "a");
  const next = { ...record, version: 2 };
  const outcomes = await Promise.all([
    store.create(record),
    store.create(record),
    store.update(next, 1),
    store.update(next, 1),
    store.touch(record.id, record),
    store.destroy(record.id),
    store.update({ ...next, version: 3 }, 2),
    store.touch(record.id, record),
  ]);
  expect(outcomes).toEqual(["ok", "exists", "ok", "stale", "ok", true, "gone", "gone"]);
  expect(await peer.read(record.id)).toBeUndefined();
  await Promise.all([store.close(), peer.close()]);
});

test("one that fails, half way or at once, undoes no other", async () => {
  const { store, peer } = opened();
  const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
  const [first, other] = [testLogin(clock(), "a", "ann"), testRecord(clock(), "c")];
  const unwritable = testLogin(clock(), "b", "ann", { data: null as unknown as string });
  const outcomes = await Promise.allSettled([
    store.create(first, limit),
    store.create(unwritable, limit),
    store.update({ ...first, data: null as unknown as string }, 1),
    store.create(other),
  ]);
  expect(outcomes.map((it) => it.status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect(peer.listByUser("ann")).toEqual([first]);
  expect(peer.read(other.id)).toEqual(other);
  await Promise.all([store.close(), peer.close()]);
});

test("when another process keeps all waiting, each is told, and nothing is written", async () => {
  const path = temporaryPath();
  const store = sqliteStore({ path, clock, durability: "power-loss", busyTimeout: "20ms" });
  const db = new DatabaseSync(path);
  db.exec("BEGIN IMMEDIATE");
  const writes = ["a", "b"].map((name) => store.create(testRecord(clock(), name)));
  for (const it of await Promise.allSettled(writes)) {
    expect(it).toMatchObject({ status: "rejected", reason: { errcode: 5 } });
  }
  db.exec("ROLLBACK");
  db.close();
  expect(store.read(testId("a"))).toBeUndefined();
  expect(await store.create(testRecord(clock(), "a"))).toBe("ok");
  await store.close();
});

test("what was handed over may change before it is written", async () => {
  const { store, peer } = opened();
  const record = { ...testRecord(clock(), "a") };
  const written = store.create(record);
  Object.assign(record, { data: "changed", version: 7 });
  expect(await written).toBe("ok");
  expect(peer.read(testId("a"))).toEqual(testRecord(clock(), "a"));
  await Promise.all([store.close(), peer.close()]);
});

test("they are made where asked for, and by default where writes wait for the disk", () => {
  const answers = (options: Partial<SqliteStoreOptions>) => {
    const store = sqliteStore({ path: ":memory:", clock, ...options });
    const answer = store.create(testRecord(clock(), "a"));
    store.close();
    return answer;
  };
  expect(answers({})).toBe("ok");
  expect(answers({ durability: "power-loss", groupCommit: false })).toBe("ok");
  expect(answers({ groupCommit: true })).toBeInstanceOf(Promise);
  expect(answers({ durability: "power-loss" })).toBeInstanceOf(Promise);
  const wrong = { path: ":memory:", groupCommit: 1 as unknown as boolean };
  expect(() => sqliteStore(wrong)).toThrow("groupCommit must be true or false");
});

test("close writes what is waiting, and every call after it says so", async () => {
  const { store, peer } = opened();
  const written = store.create(testRecord(clock(), "a"));
  store.close();
  store.close();
  expect(peer.read(testId("a"))).toEqual(testRecord(clock(), "a"));
  expect(await written).toBe("ok");
  expect(() => store.create(testRecord(clock(), "b"))).toThrow("is closed");
  expect(() => store.read(testId("a"))).toThrow("is closed");
  await peer.close();
});
