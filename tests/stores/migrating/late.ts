import { setImmediate as turn } from "node:timers/promises";
import type { SessionStore } from "@coatcheck/core";
import { seededRandom } from "@coatcheck/testkit";

/** `inner`, whose calls take place after up to three turns of the event loop, so that they overtake each other. */
export function late(inner: SessionStore, seed: string): SessionStore {
  const random = seededRandom(seed);
  return new Proxy(inner, {
    get(store, name: keyof SessionStore) {
      const method = store[name] as ((...args: unknown[]) => unknown) | undefined;
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        for (let turns = (random(1)[0] ?? 0) % 4; turns > 0; turns -= 1) await turn();
        return method.apply(store, args);
      };
    },
  });
}
