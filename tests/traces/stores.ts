import { memoryStore, type SessionStore } from "@coatcheck/core";
import { migratingStore } from "@coatcheck/core/migrating";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { type ManualClock, seededRandom } from "@coatcheck/testkit";
import { mysql } from "../services/mysql.ts";
import { pglite, postgres } from "../services/postgres.ts";
import { type Client, ioredis, nodeRedis, openRedis, redis } from "../services/redis.ts";
import { redisCluster } from "../services/redis-cluster.ts";
import { alternating } from "./alternating.ts";

/** A store that replays traces, and how many in one run of the tests. */
export interface TracedStore {
  readonly name: string;
  readonly traces: number;
  /** Why it cannot run; `undefined` where it can. */
  readonly missing?: string | undefined;
  open(clock: ManualClock): Opened | Promise<Opened>;
}

interface Opened {
  readonly store: SessionStore;
  dispose?(): unknown;
}

/** Within this process, across a network, and in a database that this process has to be as well. */
const [MANY, FEW, FEWER] = [1_000, 100, 30];

const cluster = await redisCluster();
const pg = await postgres();
const maria = await mysql();

export const STORES: readonly TracedStore[] = [
  { name: "memory", traces: MANY, open: (clock) => ({ store: memoryStore({ clock }) }) },
  {
    name: "SQLite",
    traces: MANY,
    open: (clock) => ({ store: sqliteStore({ path: ":memory:", clock }) }),
  },
  {
    name: "a migration, by processes of both stages in turns",
    traces: MANY,
    open(clock) {
      const stores = { from: memoryStore({ clock }), to: memoryStore({ clock }) };
      const kinds = [migratingStore(stores), migratingStore({ ...stores, stage: "move" })] as const;
      return { store: alternating(kinds, seededRandom("turns")) };
    },
  },
  {
    name: "a migration and the one back, in turns",
    traces: MANY,
    open(clock) {
      const [one, other] = [memoryStore({ clock }), memoryStore({ clock })];
      const kinds = [
        migratingStore({ from: one, to: other }),
        migratingStore({ from: other, to: one }),
      ] as const;
      return { store: alternating(kinds, seededRandom("turns")) };
    },
  },
  { name: "Redis by node-redis", ...overRedis(nodeRedis) },
  { name: "Redis by ioredis", ...overRedis(ioredis) },
  {
    name: "Redis Cluster",
    traces: FEW,
    missing: cluster.missing,
    // Its keys go with the Cluster.
    open: (clock) => ({ store: openRedis(clock, cluster.nodeRedis).store }),
  },
  {
    name: "Postgres",
    traces: FEW,
    missing: pg.service.missing,
    open: (clock) => pg.open(clock),
  },
  { name: "Postgres on PGlite", traces: FEWER, open: pglite() },
  {
    name: "MariaDB",
    traces: FEW,
    missing: maria.service.missing,
    open: (clock) => maria.open(clock),
  },
];

function overRedis(connect: () => Promise<Client>): Omit<TracedStore, "name"> {
  return {
    traces: FEW,
    missing: redis.missing,
    async open(clock) {
      const { client, close } = await connect();
      const { store, dispose } = openRedis(clock, [client]);
      return {
        store,
        dispose: async () => {
          await dispose?.();
          await close();
        },
      };
    },
  };
}
