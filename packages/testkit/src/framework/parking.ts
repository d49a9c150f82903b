import type { MaybePromise, SessionStore } from "@coatcheck/core";
import { type StoreMethod, wrapStore } from "../store/wrap.ts";

/** A store of which some methods wait, on demand, until the test lets them happen. */
export interface ParkingStore extends SessionStore {
  /** From now on calls of these methods wait; without arguments none does, and those that wait go on. */
  park(...methods: readonly StoreMethod[]): void;
  /** Resolves when that many calls wait. */
  parked(count?: number): Promise<void>;
}

/** The calls that change something. */
export const WRITES = ["create", "update", "touch", "destroy"] as const;

/** `inner`, which answers as before except while it is told to park. */
export function parkingStore(inner: SessionStore): ParkingStore {
  let methods: readonly StoreMethod[] = [];
  let waiting: Array<() => void> = [];
  const watchers: Array<() => void> = [];

  const store = wrapStore(inner, (call, run) => {
    if (!methods.includes(call.method)) return run();
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    for (const watcher of watchers.splice(0)) watcher();
    return promise.then(() => run()) as MaybePromise<never>;
  });
  return Object.assign(store, {
    park: (...replacement: readonly StoreMethod[]): void => {
      methods = replacement;
      if (methods.length > 0) return;
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    },
    parked: async (count = 1): Promise<void> => {
      while (waiting.length < count) {
        await new Promise<void>((resolve) => watchers.push(resolve));
      }
    },
  });
}
