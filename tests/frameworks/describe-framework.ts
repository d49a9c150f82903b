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
import { describeWith } from "../services/services.ts";

interface Opened {
  readonly store: SessionStore;
  dispose?(): unknown;
}

/** A store under which frameworks are tested. */
export interface FrameworkStore {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing?: string | undefined;
  open(clock: ManualClock): Opened | Promise<Opened>;
}

/** The same store answers at once, or across a network: the response waits in other places then. */
const modes: Readonly<Record<string, (store: SessionStore) => SessionStore>> = {
  "at once": (store) => store,
  "by promises": asynchronousStore,
};

/** The stores under which every framework is tested, in both modes. */
const LOCAL: readonly FrameworkStore[] = Object.entries(modes).flatMap(([mode, decorate]) => [
  {
    name: `memory ${mode}`,
    open: (clock) => ({ store: decorate(memoryStore({ clock })) }),
  },
  {
    name: `SQLite ${mode}`,
    open(clock) {
      const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
      return {
        store: decorate(sqliteStore({ path: join(directory, "sessions.db"), clock })),
        dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
      };
    },
  },
]);

/** Runs `frameworkCases` over one harness and every store. What does not concern it is shown as skipped, with the reason. */
export function describeFramework(
  harness: FrameworkHarness,
  skips = 0,
  stores: readonly FrameworkStore[] = LOCAL,
): void {
  const plan = frameworkCasesFor(harness);
  for (const { name, missing, open } of stores) {
    describeWith({ missing }, `${harness.name}, ${name}`, () => {
      for (const frameworkCase of plan.applicable) {
        test(frameworkCaseTitle(frameworkCase), async () => {
          const clock = manualClock();
          const { store, dispose } = await open(clock);
          try {
            await runFrameworkCase(frameworkCase, { harness, clock, store });
          } finally {
            await store.close?.();
            await dispose?.();
          }
        });
      }
    });
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
