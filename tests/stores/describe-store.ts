import {
  casesFor,
  type ManualClock,
  manualClock,
  type StoreContext,
  storeCases,
  storeCaseTitle,
} from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";

/** A fresh store on `clock`, and what puts it away. */
export type OpenStore = (clock: ManualClock) => Omit<StoreContext, "clock"> & {
  dispose?(): void;
};

/** Runs `storeCases` over one kind of store. What does not concern it is shown as skipped, with the reason. */
export function describeStore(name: string, open: OpenStore, skips = 0): void {
  const clock = manualClock();
  const opened = open(clock);
  const plan = casesFor(opened.store);
  opened.store.close?.();
  opened.dispose?.();

  describe(name, () => {
    for (const storeCase of plan.applicable) {
      test(storeCaseTitle(storeCase), () => runFresh(storeCase, open));
    }
    for (const { storeCase, reason } of plan.skipped) {
      test.skip(`${storeCaseTitle(storeCase)}: ${reason}`, () => {});
    }
    test("no case is lost, and none is skipped that was not meant to be", () => {
      expect(plan.applicable.length + plan.skipped.length).toBe(storeCases.length);
      expect(plan.skipped).toHaveLength(skips);
    });
  });
}

/** One case over a store of its own. */
export async function runFresh(
  storeCase: (typeof storeCases)[number],
  open: OpenStore,
): Promise<void> {
  const clock = manualClock();
  const { dispose, ...stores } = open(clock);
  try {
    await storeCase.run({ ...stores, clock });
  } finally {
    await stores.peer?.close?.();
    await stores.store.close?.();
    dispose?.();
  }
}
