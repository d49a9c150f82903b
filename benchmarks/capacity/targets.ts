import type { FullStore } from "@coatcheck/core";
import { mysqlStore } from "@coatcheck/store-mysql";
import { postgresStore } from "@coatcheck/store-postgres";
import { redisStore } from "@coatcheck/store-redis";
import mysql from "mysql2/promise";
import pg from "pg";
import { createClient } from "redis";

/** A store to be filled, and what it takes on its server. */
export interface Target {
  readonly name: string;
  readonly store: Omit<FullStore, "sweep" | "close">;
  bytes(): Promise<number>;
  /** Takes everything away again. */
  remove(): Promise<void>;
}

const NAME = "coatcheck_capacity";

export function openTarget(url: string): Promise<Target> {
  const { protocol } = new URL(url);
  const open = { "redis:": redis, "postgres:": postgres, "mysql:": mariadb }[protocol];
  if (open === undefined) throw new TypeError(`--store ${url}: no store for ${protocol}`);
  return open(url);
}

async function redis(url: string): Promise<Target> {
  const client = createClient({ url });
  await client.on("error", console.error).connect();
  return {
    name: "Redis",
    store: redisStore({ client, prefix: `${NAME}:` }),
    bytes: async () => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]),
    remove: async () => {
      for await (const keys of client.scanIterator({ MATCH: `${NAME}:*`, COUNT: 10_000 })) {
        if (keys.length > 0) await client.unlink(keys);
      }
      await client.close();
    },
  };
}

async function postgres(connectionString: string): Promise<Target> {
  const pool = new pg.Pool({ connectionString, max: 16 });
  const store = postgresStore({ pool, table: NAME });
  await store.setup();
  return {
    name: "Postgres",
    store,
    bytes: async () => {
      const { rows } = await pool.query(`SELECT pg_total_relation_size('${NAME}') AS bytes`);
      return Number(rows[0].bytes);
    },
    remove: async () => {
      await pool.query(`DROP TABLE ${NAME} CASCADE`);
      await pool.end();
    },
  };
}

async function mariadb(uri: string): Promise<Target> {
  const pool = mysql.createPool({ uri, connectionLimit: 16 });
  const store = mysqlStore({ pool, table: NAME });
  await store.setup();
  return {
    name: "MySQL",
    store,
    bytes: async () => {
      await pool.query(`ANALYZE TABLE ${NAME}`);
      const [rows] = await pool.query<mysql.RowDataPacket[]>(
        "SELECT data_length + index_length AS bytes FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
        [NAME],
      );
      return Number(rows[0]?.bytes);
    },
    remove: async () => {
      await pool.query(`DROP TABLE ${NAME}`);
      await pool.end();
    },
  };
}
