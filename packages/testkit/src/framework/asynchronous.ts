import type { SessionStore } from "@coatcheck/core";
import { wrapStore } from "../store/wrap.ts";

/** `inner`, each of whose methods answers with a promise, in a later turn of the event loop: as a store across a network does. */
export function asynchronousStore(inner: SessionStore): SessionStore {
  return wrapStore(inner, async (_, run) => {
    await new Promise((resolve) => setImmediate(resolve));
    return run();
  });
}
