import type { Clock } from "@coatcheck/core";
import {
  type PgClient,
  type PostgresStore,
  type PostgresStoreOptions,
  postgresStore,
} from "@coatcheck/store-postgres";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterAll } from "vitest";
import { postgresService, type Service } from "./services.ts";

/** A store on a table of its own, and a peer on the same table by another pool. */
export interface OpenedPostgres {
  readonly store: PostgresStore;
  readonly peer: PostgresStore;
  readonly table: string;
  /** Drops the table. */
  dispose(): Promise<void>;
}

export interface Postgres {
  readonly service: Service;
  readonly pool: pg.Pool;
  /** A store of which each query is counted, on a table that its `setup` makes. It cannot notify. */
  counting(clock: Clock, table: string): { store: PostgresStore; trips(): number };
  open(
    clock: Clock,
    options?: Omit<PostgresStoreOptions, "pool" | "clock">,
  ): Promise<OpenedPostgres>;
}

/** The server, by two pools that end with the test file. */
export async function postgres(): Promise<Postgres> {
  const service = await postgresService();
  const [pool, otherPool] = [1, 2].map(
    () => new pg.Pool({ connectionString: service.url, max: 5 }),
  ) as [pg.Pool, pg.Pool];
  afterAll(() => Promise.all([pool.end(), otherPool.end()]));
  return {
    service,
    pool,
    counting(clock, table) {
      let trips = 0;
      const client: PgClient = {
        query(query) {
          trips += 1;
          return pool.query(query);
        },
      };
      return { store: postgresStore({ pool: client, clock, table }), trips: () => trips };
    },
    async open(clock, options = {}) {
      const table = options.table ?? uniqueName();
      const [store, peer] = [pool, otherPool].map((one) =>
        postgresStore({ ...options, pool: one, listen: one, clock, table }),
      ) as [PostgresStore, PostgresStore];
      await store.setup();
      return { store, peer, table, dispose: () => dropTable(pool, table, options.schema) };
    },
  };
}

/** The same without a server, in this process's memory: a store for each call, on one database for the test file. */
export function pglite(): (clock: Clock) => Promise<Omit<OpenedPostgres, "peer">> {
  const database = new PGlite();
  afterAll(() => database.close());
  return async (clock) => {
    const table = uniqueName();
    const store = postgresStore({ pool: database, listen: database, clock, table });
    await store.setup();
    return { store, table, dispose: () => dropTable(database, table) };
  };
}

/** A table that no other test has, in this run or in one that goes on beside it. */
export function uniqueName(): string {
  return `t_${process.pid}_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** The table and its function, wherever they are. */
export async function dropTable(
  client: { query(text: string): Promise<unknown> },
  table: string,
  schema = "public",
): Promise<void> {
  await client.query(`DROP TABLE IF EXISTS "${schema}"."${table}"`);
  await client.query(`DROP FUNCTION IF EXISTS "${schema}"."${table}_login_v1"`);
}
