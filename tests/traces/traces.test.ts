import { manualClock } from "@coatcheck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requireInCI } from "../services/services.ts";
import { withoutVersionCheck } from "../stores/without-version-check.ts";
import { trace } from "./operations.ts";
import { replay } from "./replay.ts";
import { STORES, type TracedStore } from "./stores.ts";

/** Traces of up to 30 operations, each on ids of its own. */
async function replayMany({ open, traces }: TracedStore): Promise<void> {
  const clock = manualClock();
  const { store, dispose } = await open(clock);
  try {
    const property = fc.asyncProperty(trace, (operations) => replay(store, clock, operations));
    await fc.assert(property, { numRuns: traces });
  } finally {
    await store.close?.();
    await dispose?.();
  }
}

describe("one trace of operations has the same results on every store", () => {
  for (const store of STORES) {
    const { name, traces, missing } = store;
    if (missing === undefined) {
      // Side by side: what is across a network waits most of the time.
      test.concurrent(`G6 G7 G9 ${name}: ${traces} traces`, () => replayMany(store), 60_000);
    } else {
      test.skip(`${name}: ${missing}`, () => {});
      requireInCI(missing);
    }
  }

  test("a store that does not compare versions is noticed", async () => {
    const [memory] = STORES;
    const broken: TracedStore = {
      name: "broken",
      traces: 500,
      open: async (clock) => {
        const opened = await (memory as TracedStore).open(clock);
        return { store: withoutVersionCheck(opened.store) };
      },
    };
    await expect(replayMany(broken)).rejects.toThrow("Property failed");
  });
});
