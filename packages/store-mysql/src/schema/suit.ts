import { fail } from "@coatcheck/sql";
import { type MysqlConnection, queryOf, rowsOf } from "../client.ts";
import { namesOf } from "../names.ts";

/** Refuses connections by which sessions would be damaged or lost. */
export async function mustSuit(connection: MysqlConnection): Promise<void> {
  const [session = {}] = await rowsOf(
    connection,
    "SELECT @@autocommit AS autocommit, @@character_set_client AS charset, DATABASE() AS db",
  );
  if (session.db === null) fail("pool", "must name a database");
  if (Number(session.autocommit) !== 1) fail("pool", "must leave autocommit on");
  if (session.charset !== "utf8mb4") {
    fail("pool", `must use the charset utf8mb4, not ${session.charset}: it would lose characters`);
  }
}

/** Without the protocol's flag FOUND_ROWS, a touch that changes nothing would look like one that found nothing. */
export async function mustCountFound(connection: MysqlConnection, table: string): Promise<void> {
  const sql = `UPDATE ${namesOf(table).locks} SET slot = slot WHERE slot = 0`;
  const [result] = await connection.query(queryOf(sql));
  if ((result as { affectedRows: number }).affectedRows !== 1) {
    fail("pool", 'must keep the flag FOUND_ROWS: take "-FOUND_ROWS" out of its flags');
  }
}
