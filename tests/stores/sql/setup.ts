import { SessionConfigError } from "@coatcheck/core";
import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { SqlServer } from "./server.ts";

const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;
const REJECT = { perUser: 2, onLimit: "reject" } as const;

export function describeSetup({ open, counting, drop, mark, uniqueName }: SqlServer): void {
  const clock = manualClock();

  test("may be run by many at once, and again", async () => {
    for (let round = 0; round < 20; round += 1) {
      const table = uniqueName();
      const stores = Array.from({ length: 4 }, () => counting(clock, table).store);
      await Promise.all(stores.map((store) => store.setup()));
      await Promise.all(stores.map((store) => store.setup()));
      expect(await stores[0]?.create(testRecord(clock(), "a"))).toBe("ok");
      await stores[1]?.setup();
      expect(await stores[2]?.read(testId("a"))).toBeDefined();
      await drop(table);
    }
  }, 60_000);

  test("is what every call asks for where it was not run", async () => {
    const { store } = counting(clock, uniqueName());
    const record = testLogin(clock(), "a", "ann");
    const calls = [
      () => store.read(record.id),
      () => store.create(record),
      () => store.create(record, EVICT),
      () => store.update(record, 1),
      () => store.update(record, 1, REJECT),
      () => store.touch(record.id, record),
      () => store.destroy(record.id),
      () => store.listByUser("ann"),
      () => store.destroyByUser("ann"),
      () => store.sweep(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toThrow(/is missing|are missing/);
      await expect(call()).rejects.toThrow(/run setup\(\) of the \w+Store once/);
      await expect(call()).rejects.toHaveProperty("cause.message");
    }
  });

  test("refuses a newer schema and a table of somebody else, and leaves them alone", async () => {
    const { store, table, dispose } = await open(clock);
    await store.create(testRecord(clock(), "a"));
    await mark(table, "coatcheck schema 2");
    await expect(store.setup()).rejects.toThrow(SessionConfigError);
    await expect(store.setup()).rejects.toThrow(
      /has schema version 2, written by a newer .*; this one knows versions up to 1: upgrade it/,
    );
    await mark(table, "accounts of the customers");
    await expect(store.setup()).rejects.toThrow("is not a table of Coatcheck: choose another name");
    await expect(store.setup()).rejects.toHaveProperty("option", "table");
    expect(await store.read(testId("a"))).toBeDefined();
    await dispose();
  });
}
