import type { SessionStore } from "@coatcheck/core";

/** Answers in a later microtask, as a store on the network does. */
export function later(store: SessionStore): SessionStore {
  return new Proxy(store, {
    get(target, name: keyof SessionStore) {
      const method = target[name];
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => (method as (...args: unknown[]) => unknown)(...args);
    },
  });
}
