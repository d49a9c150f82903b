import type { SessionStore } from "@coatcheck/core";
import type { StoreCapability, StoreCase, StoreContext } from "./case.ts";
import { storeCases } from "./cases.ts";

/** The cases for one store, and those that do not concern it, with the reason. */
export interface StoreCasePlan {
  readonly applicable: readonly StoreCase[];
  readonly skipped: ReadonlyArray<{ readonly storeCase: StoreCase; readonly reason: string }>;
}

/** How a case went, when it did not fail. */
export type StoreCaseOutcome =
  | { readonly status: "passed" }
  | { readonly status: "skipped"; readonly reason: string };

/** Sorts `storeCases` by what `store` can do. Print and count the skipped ones: a silent skip looks like a pass. */
export function casesFor(store: SessionStore): StoreCasePlan {
  const applicable: StoreCase[] = [];
  const skipped: { storeCase: StoreCase; reason: string }[] = [];
  for (const storeCase of storeCases) {
    const reason = skipReason(storeCase, store);
    if (reason === undefined) applicable.push(storeCase);
    else skipped.push({ storeCase, reason });
  }
  return { applicable, skipped };
}

/** Runs one case, unless it does not concern the store. Rejects where the store breaks the contract. */
export async function runStoreCase(
  storeCase: StoreCase,
  context: StoreContext,
): Promise<StoreCaseOutcome> {
  const reason = skipReason(storeCase, context.store);
  if (reason !== undefined) return { status: "skipped", reason };
  await storeCase.run(context);
  return { status: "passed" };
}

/** The case's name with its guarantees before it: `"G6 touch never brings a record back"`. */
export function storeCaseTitle(storeCase: StoreCase): string {
  return [...(storeCase.guarantee ?? []).map((number) => `G${number}`), storeCase.name].join(" ");
}

function skipReason(storeCase: StoreCase, store: SessionStore): string | undefined {
  for (const capability of storeCase.needs ?? []) {
    if (!has(store, capability)) return `the store has no ${METHODS[capability]}`;
  }
  for (const capability of storeCase.lacks ?? []) {
    if (has(store, capability)) return `the store has ${METHODS[capability]}`;
  }
  return undefined;
}

const METHODS: Readonly<Record<StoreCapability, string>> = {
  byUser: "listByUser and destroyByUser",
  sweep: "sweep",
  notify: "announce and watch",
};

function has(store: SessionStore, capability: StoreCapability): boolean {
  if (capability === "sweep") return store.sweep !== undefined;
  // One of the two is no capability but a broken store, which a case of its own reports.
  if (capability === "notify") return store.announce !== undefined && store.watch !== undefined;
  return store.listByUser !== undefined && store.destroyByUser !== undefined;
}
