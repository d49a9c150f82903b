import { memoryStore } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { manualClock } from "../clock.ts";
import { faultStore } from "./fault.ts";
import { testRecord } from "./records.ts";
import { stepStore } from "./step.ts";

const clock = manualClock();
const record = testRecord(clock(), "a");

describe("stepStore", () => {
  test("a call waits until it is released", async () => {
    const inner = memoryStore({ clock });
    const step = stepStore(inner);
    const outcome = step.create(record);
    expect(step.waiting).toMatchObject([{ number: 1, method: "create", id: record.id }]);
    expect(inner.read(record.id)).toBeUndefined();
    await step.release();
    expect(step.waiting).toEqual([]);
    expect(inner.read(record.id)).toEqual(record);
    expect(await outcome).toBe("ok");
  });

  test("calls are released in any order, each labelled with who made it", async () => {
    const inner = memoryStore({ clock });
    inner.create(record);
    const step = stepStore(inner);
    const update = step.as("writer").update({ ...record, version: 2 }, 1);
    const destroy = step.as("logout").destroy(record.id);
    expect(step.waiting.map(({ by, method }) => [by, method])).toEqual([
      ["writer", "update"],
      ["logout", "destroy"],
    ]);
    await step.release(1);
    await step.release(0);
    expect([await update, await destroy]).toEqual(["gone", true]);
  });

  test("a failure goes to the caller, not to the one who releases", async () => {
    const step = stepStore(faultStore(memoryStore(), [{ kind: "fail" }]));
    const answer = Promise.resolve(step.read(record.id)).catch((error: Error) => error.message);
    await step.release();
    expect(await answer).toBe("planned failure of read");
  });

  test("releasing what does not wait is an error", async () => {
    await expect(stepStore(memoryStore()).release()).rejects.toThrow(RangeError);
  });
});
