import type { Clock, SessionStore } from "@coatcheck/core";
import { mysqlStore } from "@coatcheck/store-mysql";
import { postgresStore } from "@coatcheck/store-postgres";
import { type RedisClientLike, type RedisSubscriberLike, redisStore } from "@coatcheck/store-redis";

/** A store by one driver, with the settings that its README recommends. No test runner is needed: workers use it too. */
export interface Driver {
  readonly name: string;
  /** The driver itself sends a command again whose reply was lost with the connection. */
  readonly resends: boolean;
  /**
   * @param urls - one, or those of a Cluster
   * @param place - the table, or what keys begin with
   */
  open(urls: readonly string[], place: string, options?: DriverOptions): Promise<Driven>;
}

export interface DriverOptions {
  /** Where a connection of its own hears what ends elsewhere; it is named as the place. */
  readonly hearAt?: string | undefined;
  /** The store's, where the manager has one of its own. */
  readonly clock?: Clock | undefined;
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
    async open([path], _place, { clock = Date.now }: DriverOptions = {}) {
      const { sqliteStore } = await import("@coatcheck/store-sqlite");
      const store = sqliteStore({ path: String(path), clock });
      return { store, close: () => store.close() };
    },
  },
  nodeRedis: {
    name: "Redis by node-redis",
    resends: false,
    async open([url], prefix, { hearAt, clock = Date.now }: DriverOptions = {}) {
      const { createClient } = await import("redis");
      const client = createClient({ url: String(url), disableOfflineQueue: true });
      await client.on("error", () => {}).connect();
      if (hearAt === undefined) return overRedis(client, prefix, clock, () => client.destroy());
      const subscriber = createClient({ url: hearAt, name: prefix, disableOfflineQueue: true });
      await subscriber.on("error", () => {}).connect();
      return overRedis(
        client,
        prefix,
        clock,
        () => [client, subscriber].map((it) => it.destroy()),
        subscriber,
      );
    },
  },
  ioredis: {
    name: "Redis by ioredis",
    resends: true,
    async open([url], prefix, { hearAt, clock = Date.now }: DriverOptions = {}) {
      const { Redis } = await import("ioredis");
      const client = new Redis(String(url), { enableOfflineQueue: false, lazyConnect: true });
      await client.on("error", () => {}).connect();
      if (hearAt === undefined) return overRedis(client, prefix, clock, () => client.disconnect());
      const subscriber = new Redis(hearAt, { connectionName: prefix, lazyConnect: true });
      await subscriber.on("error", () => {}).connect();
      return overRedis(
        client,
        prefix,
        clock,
        () => [client, subscriber].map((it) => it.disconnect()),
        subscriber,
      );
    },
  },
  nodeRedisCluster: {
    name: "Redis Cluster by node-redis",
    resends: false,
    async open(urls, prefix, { clock = Date.now }: DriverOptions = {}) {
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
    async open(urls, prefix, { clock = Date.now }: DriverOptions = {}) {
      const { Cluster } = await import("ioredis");
      const client = new Cluster([...urls], { enableOfflineQueue: false, lazyConnect: true });
      await client.on("error", () => {}).connect();
      return overRedis(client, prefix, clock, () => client.disconnect());
    },
  },
  pg: {
    name: "Postgres by pg",
    resends: false,
    async open([url], table, { hearAt, clock = Date.now }: DriverOptions = {}) {
      const { default: pg } = await import("pg");
      const pool = new pg.Pool({
        connectionString: String(url),
        max: 5,
        connectionTimeoutMillis: 2_000,
      });
      pool.on("error", () => {});
      const listen = new pg.Pool({
        connectionString: hearAt,
        max: 1,
        connectionTimeoutMillis: 2_000,
        application_name: table,
      });
      const store = postgresStore({ pool, table, clock, ...(hearAt !== undefined && { listen }) });
      await store.setup();
      return {
        store,
        close: () => store.close().then(() => Promise.all([pool.end(), listen.end()])),
      };
    },
  },
  mysql2: {
    name: "MariaDB by mysql2",
    resends: false,
    async open([url], table, { clock = Date.now }: DriverOptions = {}) {
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
  subscriber?: RedisSubscriberLike,
): Driven {
  return { store: redisStore({ client, prefix, clock, ...(subscriber && { subscriber }) }), close };
}
