import type { SessionStore } from "@coatcheck/core";
import { type StoreCall, type StoreMethod, wrapStore } from "./wrap.ts";

/** A store that counts what is asked of it. */
export interface CountingStore extends SessionStore {
  /** Calls per method since the start or the last `reset`. */
  readonly calls: Readonly<Record<StoreMethod, number>>;
  /** The calls in their order: method and session id, never data. */
  readonly log: readonly StoreCall[];
  /** Forgets what was counted. */
  reset(): void;
}

/** `inner`, counted: asserts that a request costs the store calls it may cost and no more. */
export function countingStore(inner: SessionStore): CountingStore {
  let calls = noCalls();
  let log: StoreCall[] = [];
  const store = wrapStore(inner, (call, run) => {
    calls[call.method] += 1;
    log.push(call);
    return run();
  });
  return Object.defineProperties(store, {
    calls: { get: () => calls, enumerable: true },
    log: { get: () => log, enumerable: true },
    reset: {
      value: () => {
        calls = noCalls();
        log = [];
      },
    },
  }) as CountingStore;
}

function noCalls(): Record<StoreMethod, number> {
  return {
    read: 0,
    create: 0,
    update: 0,
    touch: 0,
    destroy: 0,
    listByUser: 0,
    destroyByUser: 0,
    sweep: 0,
    announce: 0,
    watch: 0,
    close: 0,
  };
}
