import { chain, type MaybePromise, memoryStore, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { nodeRedis, openRedis, redis } from "../services/redis.ts";
import type { OpenedStore } from "../stores/describe-store.ts";

/** A fresh store on a clock; its `close` puts away what it stored. */
export type OpenPlain = (clock: () => number) => MaybePromise<SessionStore>;

export interface StoreKind {
  readonly name: string;
  readonly open: OpenPlain;
  /** Why it cannot be tested here. */
  readonly missing?: string | undefined;
}

const redisClients = redis.missing ? [] : [(await nodeRedis()).client];

export const STORES: readonly StoreKind[] = [
  { name: "memory", open: (clock) => memoryStore({ clock }) },
  { name: "SQLite", open: (clock) => sqliteStore({ path: ":memory:", clock }) },
  {
    name: "Redis",
    open: (clock) => closing(openRedis(clock, redisClients)),
    missing: redis.missing,
  },
];

function closing({ store, dispose }: OpenedStore): SessionStore {
  return Object.assign(store, { close: dispose });
}

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
