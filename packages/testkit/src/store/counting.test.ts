import { memoryStore } from "@coatcheck/core";
import { expect, test } from "vitest";
import { manualClock } from "../clock.ts";
import { countingStore } from "./counting.ts";
import { testId, testLogin } from "./records.ts";

test("it counts calls, logs method and id, and forgets on reset", async () => {
  const clock = manualClock();
  const store = countingStore(memoryStore({ clock }));
  const record = testLogin(clock(), "a", "ann");
  store.create(record);
  store.read(record.id);
  store.read(testId("b"));
  store.listByUser?.("ann");
  expect(store.calls).toMatchObject({ create: 1, read: 2, update: 0, listByUser: 1 });
  expect(store.log).toEqual([
    { method: "create", id: record.id },
    { method: "read", id: record.id },
    { method: "read", id: testId("b") },
    { method: "listByUser" },
  ]);
  store.reset();
  expect(store.calls.read).toBe(0);
  expect(store.log).toEqual([]);
});

test("it answers at once where the store does, with the store's answer", () => {
  const clock = manualClock();
  const store = countingStore(memoryStore({ clock }));
  const record = testLogin(clock(), "a", "ann");
  expect(store.create(record)).toBe("ok");
  expect(store.read(record.id)).toEqual(record);
});

test("it has the capabilities of the store and no others", () => {
  const { read, create, update, touch, destroy } = countingStore(memoryStore());
  const bare = countingStore({ read, create, update, touch, destroy });
  for (const name of ["listByUser", "destroyByUser", "sweep", "close"] as const) {
    expect(name in bare).toBe(false);
  }
  const full = countingStore(memoryStore());
  expect(full.listByUser).toBeTypeOf("function");
  expect(full.sweep).toBeTypeOf("function");
  expect("close" in full).toBe(false);
});
