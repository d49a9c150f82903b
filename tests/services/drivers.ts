import type { Clock, SessionStore } from "@coatcheck/core";
import { mysqlStore } from "@coatcheck/store-mysql";
import { postgresStore } from "@coatcheck/store-postgres";
import { type RedisClientLike, redisStore } from "@coatcheck/store-redis";

/** A store by one driver, with the settings that its README recommends. No test runner is needed: workers use it too. */
export interface Driver {
  readonly name: string;
  /** The driver itself sends a command again whose reply was lost with the connection. */
  readonly resends: boolean;
  /**
   * @param urls - one, or those of a Cluster
   * @param place - the table, or what keys begin with
   * @param clock - the store's, where the manager has one of its own
   */
  open(urls: readonly string[], place: string, clock?: Clock): Promise<Driven>;
}

/** A store, and what ends its connections at once. */
export interface Driven {
  readonly store: SessionStore;
  close(): unknown;
}

export type DriverName = keyof typeof drivers;

// Each is imported when it is needed: a process that wants one of them starts in half the time.
export const drivers = {
  sqlite: {
    name: "SQLite",
    resends: false,
    async open([path], _place, clock = Date.now) {
      const { sqliteStore } = await import("@coatcheck/store-sqlite");
      const store = sqliteStore({ path: String(path), clock });
      return { store, close: () => store.close() };
    },
  },
  nodeRedis: {
    name: "Redis by node-redis",
    resends: false,
    async open([url], prefix, clock = Date.now) {
      const { createClient } = await import("redis");
      const client = createClient({ url: String(url), disableOfflineQueue: true });
      await client.on("error", () => {}).connect();
      return overRedis(client, prefix, clock, () => client.destroy());
    },
  },
  ioredis: {
    name: "Redis by ioredis",
    resends: true,
    async open([url], prefix, clock = Date.now) {
      const { Redis } = await import("ioredis");
      const client = new Redis(String(url), { enableOfflineQueue: false, lazyConnect: true });
      await client.on("error", () => {}).connect();
      return overRedis(client, prefix, clock, () => client.disconnect());
    },
  },
  nodeRedisCluster: {
    name: "Redis Cluster by node-redis",
    resends: false,
    async open(urls, prefix, clock = Date.now) {
      const { createCluster } = await import("redis");
      const client = createCluster({
        rootNodes: urls.map((url) => ({ url })),
        defaults: { disableOfflineQueue: true },
        // By default it looks for a replica that took over only after five seconds.
        topologyRefreshOnReconnectionAttemptStrategy: 500,
      });
      await client.on("error", () => {}).connect();
      return overRedis(client, prefix, clock, () => client.destroy());
    },
  },
  ioredisCluster: {
    name: "Redis Cluster by ioredis",
    resends: true,
    async open(urls, prefix, clock = Date.now) {
      const { Cluster } = await import("ioredis");
      const client = new Cluster([...urls], { enableOfflineQueue: false, lazyConnect: true });
      await client.on("error", () => {}).connect();
      return overRedis(client, prefix, clock, () => client.disconnect());
    },
  },
  pg: {
    name: "Postgres by pg",
    resends: false,
    async open([url], table, clock = Date.now) {
      const { default: pg } = await import("pg");
      const pool = new pg.Pool({
        connectionString: String(url),
        max: 5,
        connectionTimeoutMillis: 2_000,
      });
      pool.on("error", () => {});
      const store = postgresStore({ pool, table, clock });
      await store.setup();
      return { store, close: () => pool.end() };
    },
  },
  mysql2: {
    name: "MariaDB by mysql2",
    resends: false,
    async open([url], table, clock = Date.now) {
      const { createPool } = await import("mysql2/promise");
      const pool = createPool({ uri: String(url), connectionLimit: 5, connectTimeout: 2_000 });
      const store = mysqlStore({ pool, table, clock });
      await store.setup();
      return { store, close: () => pool.end() };
    },
  },
} satisfies Record<string, Driver>;

function overRedis(
  client: RedisClientLike,
  prefix: string,
  clock: Clock,
  close: () => unknown,
): Driven {
  return { store: redisStore({ client, prefix, clock }), close };
}
