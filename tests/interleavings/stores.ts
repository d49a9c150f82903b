import { chain, type MaybePromise, memoryStore, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { countingStore } from "@coatcheck/testkit";
import { afterAll } from "vitest";
import { mysql } from "../services/mysql.ts";
import { pglite, postgres } from "../services/postgres.ts";
import { ioredis, nodeRedis, openRedis, redis } from "../services/redis.ts";
import { redisCluster } from "../services/redis-cluster.ts";
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
const ioredisClients = redis.missing ? [] : [(await ioredis()).client];
const cluster = await redisCluster();
const pg = await postgres();
const maria = await mysql();

export const STORES: readonly StoreKind[] = [
  { name: "memory", open: (clock) => memoryStore({ clock }) },
  { name: "SQLite", open: (clock) => sqliteStore({ path: ":memory:", clock }) },
  {
    name: "Redis by node-redis",
    open: (clock) => closing(openRedis(clock, redisClients)),
    missing: redis.missing,
  },
  {
    name: "Redis by ioredis",
    open: (clock) => closing(openRedis(clock, ioredisClients)),
    missing: redis.missing,
  },
  {
    name: "Redis Cluster",
    // Its keys go with the Cluster.
    open: (clock) => openRedis(clock, cluster.ioredis).store,
    missing: cluster.missing,
  },
  { name: "Postgres", open: onOneTable(pg), missing: pg.service.missing },
  { name: "Postgres on PGlite", open: onOneTable({ open: pglite() }) },
  { name: "MariaDB", open: onOneTable(maria), missing: maria.service.missing },
];

function closing({ store, dispose }: OpenedStore): SessionStore {
  return Object.assign(store, { close: dispose });
}

/** The same table for every schedule, since making one takes longer than a schedule: each leaves it empty. */
function onOneTable(database: {
  open(clock: () => number): Promise<OpenedStore & { dispose(): Promise<void> }>;
}): OpenPlain {
  let now = (): number => 0;
  let opened: ReturnType<typeof database.open> | undefined;
  afterAll(async () => {
    await (await opened)?.dispose();
  });
  return async (clock) => {
    now = clock;
    opened ??= database.open(() => now());
    const { store } = await opened;
    const close = async () => {
      now = () => Number.MAX_SAFE_INTEGER;
      await store.sweep?.();
    };
    return Object.assign(countingStore(store), { close });
  };
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
