import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import {
  asynchronousStore,
  type FrameworkHarness,
  frameworkCases,
  frameworkCasesFor,
  frameworkCaseTitle,
  type ManualClock,
  manualClock,
  runFrameworkCase,
} from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";

interface Opened {
  readonly store: SessionStore;
  dispose?(): void;
}

/** The stores under which every framework is tested. */
const stores: Readonly<Record<string, (clock: ManualClock) => Opened>> = {
  memory: (clock) => ({ store: memoryStore({ clock }) }),
  SQLite: (clock) => {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    return {
      store: sqliteStore({ path: join(directory, "sessions.db"), clock }),
      dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
    };
  },
};

/** The same store answers at once, or across a network: the response waits in other places then. */
const modes: Readonly<Record<string, (store: SessionStore) => SessionStore>> = {
  "at once": (store) => store,
  "by promises": asynchronousStore,
};

/** Runs `frameworkCases` over one harness and every store. What does not concern it is shown as skipped, with the reason. */
export function describeFramework(harness: FrameworkHarness, skips = 0): void {
  const plan = frameworkCasesFor(harness);
  for (const [storeName, open] of Object.entries(stores)) {
    for (const [modeName, decorate] of Object.entries(modes)) {
      describe(`${harness.name}, ${storeName} ${modeName}`, () => {
        for (const frameworkCase of plan.applicable) {
          test(frameworkCaseTitle(frameworkCase), async () => {
            const clock = manualClock();
            const { store, dispose } = open(clock);
            try {
              await runFrameworkCase(frameworkCase, { harness, clock, store: decorate(store) });
            } finally {
              await store.close?.();
              dispose?.();
            }
          });
        }
      });
    }
  }
  describe(harness.name, () => {
    for (const { frameworkCase, reason } of plan.skipped) {
      test.skip(`${frameworkCaseTitle(frameworkCase)}: ${reason}`, () => {});
    }
    test("no case is lost, and none is skipped that was not meant to be", () => {
      expect(plan.applicable.length + plan.skipped.length).toBe(frameworkCases.length);
      expect(plan.skipped).toHaveLength(skips);
    });
  });
}
