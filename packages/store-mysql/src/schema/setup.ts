import { fail } from "@coatcheck/sql";
import { type MysqlConnection, queryOf, rowsOf } from "../client.ts";
import { namesOf } from "../names.ts";
import type { Settings } from "../options.ts";
import { SCHEMA_VERSION, stepsFrom } from "./schema.ts";
import { mustCountFound, mustSuit } from "./suit.ts";
import { fillLocks } from "./tables.ts";

const LOCK = "coatcheck setup";
const PATIENCE_S = 60;

/** Makes what is missing. MySQL cannot undo a change of schema, so a lock keeps processes apart, and not a transaction. */
export async function setUp({ pool, table }: Settings): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await mustSuit(connection);
    const [locked] = await rowsOf(connection, "SELECT GET_LOCK(?, ?) AS got", [LOCK, PATIENCE_S]);
    if (Number(locked?.got) !== 1) {
      throw new Error(
        `another process has been setting up for ${PATIENCE_S} s: look for it, or repeat`,
      );
    }
    try {
      const version = await versionOf(connection, table);
      for (const sql of stepsFrom(version, table)) await connection.query(queryOf(sql));
      await connection.query(queryOf(fillLocks(namesOf(table))));
      await mustCountFound(connection, table);
    } finally {
      // Where this fails the connection is gone, and the lock with it; the first error is the one that tells.
      await connection.query(queryOf("DO RELEASE_LOCK(?)", [LOCK])).catch(() => undefined);
    }
  } finally {
    connection.release();
  }
}

async function versionOf(connection: MysqlConnection, table: string): Promise<number> {
  const [found] = await rowsOf(
    connection,
    "SELECT TABLE_COMMENT AS comment FROM information_schema.TABLES " +
      "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND " +
      "(@@lower_case_table_names > 0 OR BINARY TABLE_NAME = ?)",
    [table, table],
  );
  if (found === undefined) return 0;
  const version = /^coatcheck schema (\d+)$/.exec(String(found.comment))?.[1];
  if (version === undefined) {
    fail("table", `${table} is not a table of Coatcheck: choose another name`);
  }
  if (Number(version) > SCHEMA_VERSION) {
    fail(
      "table",
      `${table} has schema version ${version}, written by a newer @coatcheck/store-mysql; ` +
        `this one knows versions up to ${SCHEMA_VERSION}: upgrade it, or use another table`,
    );
  }
  return Number(version);
}
