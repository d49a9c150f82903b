import { mysqlStore } from "@coatcheck/store-mysql";
import { createPool } from "mysql2/promise";
import type { OpenedStore } from "./open.ts";

/** In a table of the run's own. */
export async function openMysql(url: string, run: string, first: boolean): Promise<OpenedStore> {
  const table = `coatcheck_soak_${run}`;
  const pool = createPool({ uri: url, connectionLimit: 10, connectTimeout: 2_000 });
  const store = mysqlStore({ pool, table });
  if (first) await store.setup();
  const dispose = () => pool.query(`DROP TABLE IF EXISTS \`${table}\``);
  return { store, close: () => pool.end(), dispose };
}
