import { setTimeout as wait } from "node:timers/promises";
import type { MaybePromise, SessionStore } from "@coatcheck/core";
import { type StoreCall, type StoreMethod, wrapStore } from "./wrap.ts";

/**
 * What goes wrong.
 * - `fail`: the call is not executed and throws. - `lose-reply`: it is executed, then throws.
 * - `hang`: it is not executed and never answers. - `delay`: it is executed after `ms` milliseconds of real time.
 * - `answer`: it is not executed and answers `value`, whatever that is.
 */
export type FaultKind =
  | { readonly kind: "fail"; readonly error?: Error }
  | { readonly kind: "lose-reply"; readonly error?: Error }
  | { readonly kind: "hang" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "answer"; readonly value: unknown };

/** One fault and when it strikes. */
export type Fault = FaultKind & {
  /** The method struck. Default: all of them. */
  readonly method?: StoreMethod;
  /** Strikes only the nth call, counted from 1 among those that `method` names. Default: every call. */
  readonly nth?: number;
};

/** A store that fails as planned. */
export interface FaultStore extends SessionStore {
  /** The faults that struck, in their order. */
  readonly struck: ReadonlyArray<StoreCall & { readonly kind: FaultKind["kind"] }>;
  /** Replaces the plan and counts calls from 1 again; without an argument the store works again. */
  plan(faults?: readonly Fault[]): void;
}

/** `inner` with the faults of `plan`; where two apply, the first does. Failures are rejections. */
export function faultStore(inner: SessionStore, plan: readonly Fault[]): FaultStore {
  const struck: Array<StoreCall & { kind: FaultKind["kind"] }> = [];
  let faults = plan;
  let counts = faults.map(() => 0);

  const next = (method: StoreMethod): Fault | undefined => {
    let found: Fault | undefined;
    for (const [i, fault] of faults.entries()) {
      if ((fault.method ?? method) !== method) continue;
      const count = (counts[i] ?? 0) + 1;
      counts[i] = count;
      if ((fault.nth ?? count) === count) found ??= fault;
    }
    return found;
  };
  const store = wrapStore(inner, (call, run) => {
    const fault = next(call.method);
    if (fault === undefined) return run();
    struck.push({ ...call, kind: fault.kind });
    return strike(fault, call, run);
  });
  return Object.assign(store, {
    struck,
    plan: (replacement: readonly Fault[] = []): void => {
      faults = replacement;
      counts = faults.map(() => 0);
    },
  });
}

async function strike<T>(fault: Fault, call: StoreCall, run: () => MaybePromise<T>): Promise<T> {
  switch (fault.kind) {
    case "fail":
      throw fault.error ?? new Error(`planned failure of ${call.method}`);
    case "lose-reply":
      await run();
      throw fault.error ?? new Error(`planned loss of the reply to ${call.method}`);
    case "hang":
      return new Promise<never>(() => {});
    case "delay":
      await wait(fault.ms);
      return run();
    case "answer":
      return fault.value as T;
  }
}
