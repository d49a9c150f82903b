import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, memoryStore, type SessionStore } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { mysql } from "./mysql.ts";
import { postgres } from "./postgres.ts";
import { nodeRedis, openRedis, redis } from "./redis.ts";
import { redisCluster } from "./redis-cluster.ts";

export interface Opened {
  readonly store: SessionStore;
  dispose?(): unknown;
}

export interface Kind {
  readonly name: string;
  readonly missing?: string | undefined;
  /** A store with nothing in it, and none of another's records. */
  open(clock: Clock): Opened | Promise<Opened>;
}

const clients = redis.missing ? [] : [(await nodeRedis()).client];
const cluster = await redisCluster();
const pg = await postgres();
const maria = await mysql();

/** For suites that ask little of many stores: each with what there is to it. */
export const KINDS: readonly Kind[] = [
  { name: "memory", open: (clock) => ({ store: memoryStore({ clock }) }) },
  {
    name: "SQLite",
    open(clock) {
      const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
      return {
        store: sqliteStore({ path: join(directory, "store.db"), clock }),
        dispose: () => rmSync(directory, { recursive: true, maxRetries: 3 }),
      };
    },
  },
  { name: "Redis", missing: redis.missing, open: (clock) => openRedis(clock, clients) },
  {
    name: "a Redis Cluster",
    missing: cluster.missing,
    open: (clock) => ({ ...openRedis(clock, cluster.nodeRedis), dispose: () => {} }),
  },
  { name: "Postgres", missing: pg.service.missing, open: (clock) => pg.open(clock) },
  { name: "MariaDB", missing: maria.service.missing, open: (clock) => maria.open(clock) },
];
