import { postgresStore } from "@coatcheck/store-postgres";
import pg from "pg";
import type { OpenedStore } from "./open.ts";

/** In a table of the run's own. */
export async function openPostgres(url: string, run: string, first: boolean): Promise<OpenedStore> {
  const table = `coatcheck_soak_${run}`;
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 2_000 });
  // Of idle connections, when the server goes.
  pool.on("error", () => {});
  const store = postgresStore({ pool, table });
  if (first) await store.setup();
  const dispose = async () => {
    await pool.query(`DROP TABLE IF EXISTS "${table}"`);
    await pool.query(`DROP FUNCTION IF EXISTS "${table}_login_v1"`);
  };
  return { store, close: () => pool.end(), dispose };
}
