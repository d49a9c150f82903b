import { chain, type MaybePromise, memoryStore, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";

/** A fresh store on a clock; its `close` puts away what it stored. */
export type OpenPlain = (clock: () => number) => MaybePromise<SessionStore>;

export const STORES: Readonly<Record<string, OpenPlain>> = {
  memory: (clock) => memoryStore({ clock }),
  SQLite: (clock) => sqliteStore({ path: ":memory:", clock }),
};

/** The same store with the version check taken out of `update`: it writes whatever is there, as peers' `set` does. */
export function unchecked(open: OpenPlain): OpenPlain {
  return async (clock) => {
    const inner = await open(clock);
    return {
      read: (id) => inner.read(id),
      create: (record, limit) => inner.create(record, limit),
      update: (record, _version, limit) =>
        chain(inner.destroy(record.id), () =>
          chain(inner.create(record, limit), (outcome) =>
            outcome === "exists" ? "stale" : outcome,
          ),
        ),
      touch: (id, times) => inner.touch(id, times),
      destroy: (id) => inner.destroy(id),
      close: () => inner.close?.(),
    };
  };
}
