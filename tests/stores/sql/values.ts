import { manualClock, testLogin, testRecord } from "@coatcheck/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SqlServer } from "./server.ts";

const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;

export function describeValues({ open }: SqlServer): void {
  const clock = manualClock();
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open(clock);
  });
  afterAll(() => opened.dispose());

  test("user ids are compared exactly", async () => {
    const { store } = opened;
    const users = [
      "Ann",
      "ann",
      "ann ",
      "ann\t",
      "änn",
      "a\u0308nn",
      "ANN",
      "ßnn",
      "ssnn",
      "👩",
      "👩‍👩‍👧",
      "😀".repeat(255),
    ];
    for (const user of users) await store.create(testLogin(clock(), user, user));
    for (const user of users) {
      expect(await store.listByUser(user)).toEqual([testLogin(clock(), user, user)]);
    }
  });

  test("eight megabytes of data are kept to the letter", async () => {
    const { store } = opened;
    const record = testRecord(clock(), "large", { data: "ä😀x'\\\u2028".repeat(600_000) });
    expect(await store.create(record)).toBe("ok");
    expect((await store.read(record.id))?.data === record.data).toBe(true);
    await store.destroy(record.id);
  });

  test("numbers are kept as far as JavaScript's integers go", async () => {
    const { store } = opened;
    const largest = Number.MAX_SAFE_INTEGER;
    const record = testLogin(clock(), "numbers", "numbers", {
      version: largest - 1,
      createdAt: largest - 2,
      authenticatedAt: largest - 4,
      lastSeenAt: largest - 6,
      expiresAt: largest - 8,
    });
    expect(await store.create(record, EVICT)).toBe("ok");
    expect(await store.read(record.id)).toEqual(record);
    const next = { ...record, version: largest };
    expect(await store.update(next, largest - 2)).toBe("stale");
    expect(await store.update(next, largest - 1)).toBe("ok");
    expect(await store.touch(record.id, { lastSeenAt: largest, expiresAt: largest })).toBe("ok");
    const touched = { ...next, lastSeenAt: largest, expiresAt: largest };
    expect(await store.listByUser("numbers")).toEqual([touched]);
  });

  test("a touch that changes nothing finds the record", async () => {
    const { store } = opened;
    const record = testRecord(clock(), "touched");
    await store.create(record);
    expect(await store.touch(record.id, record)).toBe("ok");
    expect(await store.update(record, 1)).toBe("ok");
  });

  test("texts that would be SQL are only texts", async () => {
    const { store } = opened;
    const nasty = `'; DROP TABLE x; -- " \` $1 ? :a $login$`;
    const record = testLogin(clock(), nasty, nasty, { data: nasty, state: nasty });
    expect(await store.create(record, EVICT)).toBe("ok");
    expect(await store.listByUser(nasty)).toEqual([record]);
    expect(await store.destroyByUser(nasty)).toEqual([record.id]);
  });
}
