import {
  casesFor,
  type ManualClock,
  manualClock,
  type StoreContext,
  storeCases,
  storeCaseTitle,
} from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { requireInCI } from "../services/services.ts";

/** A fresh store, and what puts it away. */
export type OpenedStore = Omit<StoreContext, "clock"> & {
  dispose?(): void | Promise<void>;
};

/** A fresh store on `clock`. */
export type OpenStore = (clock: ManualClock) => OpenedStore | Promise<OpenedStore>;

/** Runs `storeCases` over one kind of store. What does not concern it is shown as skipped, with the reason. */
export async function describeStore(
  name: string,
  open: OpenStore,
  skips = 0,
  missing?: string,
): Promise<void> {
  if (missing !== undefined) {
    describe.skip(`${name}: ${missing}`, () => {
      for (const storeCase of storeCases) test(storeCaseTitle(storeCase), () => {});
    });
    requireInCI(missing);
    return;
  }
  const opened = await open(manualClock());
  const plan = casesFor(opened.store);
  await putAway(opened);

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
  const opened = await open(clock);
  try {
    await storeCase.run({ ...opened, clock });
  } finally {
    await putAway(opened);
  }
}

async function putAway({ store, peer, dispose }: OpenedStore): Promise<void> {
  await peer?.close?.();
  await store.close?.();
  await dispose?.();
}
