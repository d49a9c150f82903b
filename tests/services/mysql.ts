import type { Clock } from "@coatcheck/core";
import {
  type MysqlPool,
  type MysqlStore,
  type MysqlStoreOptions,
  mysqlStore,
} from "@coatcheck/store-mysql";
import { createPool, type Pool } from "mysql2/promise";
import { afterAll } from "vitest";
import { mysqlService, type Service } from "./services.ts";

/** A store on a table of its own, and a peer on the same table by another pool. */
export interface OpenedMysql {
  readonly store: MysqlStore;
  readonly peer: MysqlStore;
  readonly table: string;
  /** Drops the table. */
  dispose(): Promise<void>;
}

export interface Mysql {
  readonly service: Service;
  readonly pool: Pool;
  /** A store of which each statement is counted, on a table that its `setup` makes. */
  counting(clock: Clock, table: string): { store: MysqlStore; trips(): number };
  /** Deadlocks so far, those included that a store got over. */
  deadlocks(): number;
  open(clock: Clock, options?: Omit<MysqlStoreOptions, "pool" | "clock">): Promise<OpenedMysql>;
}

/** The server, by two pools that end with the test file. */
export async function mysql(): Promise<Mysql> {
  const service = await mysqlService();
  const [pool, otherPool] = [1, 2].map(() =>
    createPool({ uri: service.url, connectionLimit: 5 }),
  ) as [Pool, Pool];
  afterAll(() => Promise.all([pool.end(), otherPool.end()]));
  const counters = { trips: 0, deadlocks: 0 };
  const counted = (inner: Pool): MysqlPool => ({
    execute: async (query) => {
      counters.trips += 1;
      try {
        return await inner.execute(query);
      } catch (error) {
        if ((error as { errno?: number }).errno === 1213) counters.deadlocks += 1;
        throw error;
      }
    },
    query: (query) => inner.query(query),
    getConnection: () => inner.getConnection(),
  });
  return {
    service,
    pool,
    counting: (clock, table) => ({
      store: mysqlStore({ pool: counted(pool), clock, table }),
      trips: () => counters.trips,
    }),
    deadlocks: () => counters.deadlocks,
    async open(clock, options = {}) {
      const table = options.table ?? uniqueName();
      const store = mysqlStore({ ...options, pool: counted(pool), clock, table });
      const peer = mysqlStore({ ...options, pool: counted(otherPool), clock, table });
      await store.setup();
      return { store, peer, table, dispose: () => dropTable(pool, table) };
    },
  };
}

/** A table that no other test has, in this run or in one that goes on beside it. */
export function uniqueName(): string {
  return `t_${process.pid}_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** The table and what goes with it. */
export async function dropTable(pool: Pool, table: string): Promise<void> {
  await pool.query(`DROP TABLE IF EXISTS \`${table}\`, \`${table}_lock\``);
  for (const name of ["login", "end", "sweep"]) {
    await pool.query(`DROP PROCEDURE IF EXISTS \`${table}_${name}_v1\``);
  }
}
