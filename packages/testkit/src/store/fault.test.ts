import { memoryStore } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { manualClock } from "../clock.ts";
import { faultStore } from "./fault.ts";
import { testRecord } from "./records.ts";

const clock = manualClock();
const record = testRecord(clock(), "a");

function storeWith(...plan: Parameters<typeof faultStore>[1]) {
  const inner = memoryStore({ clock });
  inner.create(record);
  return { inner, store: faultStore(inner, plan) };
}

describe("faultStore", () => {
  test("fails the nth call of a method and no other", async () => {
    const { store } = storeWith({ kind: "fail", method: "read", nth: 2 });
    expect(store.read(record.id)).toEqual(record);
    expect(store.touch(record.id, record)).toBe("ok");
    await expect(store.read(record.id)).rejects.toThrow("planned failure of read");
    expect(store.read(record.id)).toEqual(record);
    expect(store.struck).toEqual([{ method: "read", id: record.id, kind: "fail" }]);
  });

  test("without a method counts all calls, without nth strikes each", async () => {
    const { store } = storeWith({ kind: "fail", nth: 2 });
    expect(store.read(record.id)).toEqual(record);
    await expect(store.touch(record.id, record)).rejects.toThrow();
    store.plan([{ kind: "fail", error: new Error("own") }]);
    await expect(store.read(record.id)).rejects.toThrow("own");
    await expect(store.destroy(record.id)).rejects.toThrow("own");
    store.plan();
    expect(store.read(record.id)).toEqual(record);
  });

  test("a failed call is not executed, one whose reply is lost is", async () => {
    const { inner, store } = storeWith(
      { kind: "fail", method: "destroy", nth: 1 },
      { kind: "lose-reply", method: "destroy", nth: 2 },
    );
    await expect(store.destroy(record.id)).rejects.toThrow();
    expect(inner.read(record.id)).toEqual(record);
    await expect(store.destroy(record.id)).rejects.toThrow("planned loss of the reply to destroy");
    expect(inner.read(record.id)).toBeUndefined();
  });

  test("a hanging call is not executed and never answers", async () => {
    const { inner, store } = storeWith({ kind: "hang", method: "destroy" });
    const turn = new Promise((resolve) => setImmediate(resolve, "no answer"));
    expect(await Promise.race([store.destroy(record.id), turn])).toBe("no answer");
    expect(inner.read(record.id)).toEqual(record);
  });

  test("a delayed call is executed later", async () => {
    const { inner, store } = storeWith({ kind: "delay", ms: 1, method: "destroy" });
    const answer = store.destroy(record.id);
    expect(inner.read(record.id)).toEqual(record);
    expect(await answer).toBe(true);
    expect(inner.read(record.id)).toBeUndefined();
  });

  test("an answer can be any nonsense", async () => {
    const { store } = storeWith({ kind: "answer", value: { id: 7 }, method: "read" });
    expect(await store.read(record.id)).toEqual({ id: 7 });
  });

  test("where two faults apply, the first in the plan strikes", async () => {
    const { store } = storeWith(
      { kind: "answer", value: "first", method: "read", nth: 2 },
      { kind: "answer", value: "second" },
    );
    expect(await store.read(record.id)).toBe("second");
    expect(await store.read(record.id)).toBe("first");
    expect(await store.read(record.id)).toBe("second");
  });
});
