import { COLUMNS } from "@coatcheck/sql";
import type { Names } from "./names.ts";

const RECORD = COLUMNS.join(", ");
const VALUES = COLUMNS.map(() => "?").join(", ");
const ASSIGNMENTS = COLUMNS.slice(1)
  .map((name) => `${name} = ?`)
  .join(", ");

/** Everything that is asked of the database while it runs. */
export type Statements = ReturnType<typeof statementsOf>;

// Every sentence that finds a record says `expires_at > ?`: what has expired does not exist, swept or not.
export function statementsOf({ table, login, end, sweep }: Names) {
  return {
    read: `SELECT ${RECORD} FROM ${table} WHERE id = ? AND expires_at > ?`,
    version: `SELECT version FROM ${table} WHERE id = ? AND expires_at > ?`,
    insert: `INSERT INTO ${table} (${RECORD}) VALUES (${VALUES})`,
    dropExpired: `DELETE FROM ${table} WHERE id = ? AND expires_at <= ?`,
    update: `UPDATE ${table} SET ${ASSIGNMENTS} WHERE id = ? AND version = ? AND expires_at > ?`,
    touch: `UPDATE ${table} SET last_seen_at = GREATEST(last_seen_at, ?), expires_at = GREATEST(expires_at, ?)
      WHERE id = ? AND expires_at > ?`,
    destroy: `DELETE FROM ${table} WHERE id = ? AND expires_at > ?`,
    listByUser: `SELECT ${RECORD} FROM ${table} WHERE user_id = ? AND expires_at > ?
      ORDER BY authenticated_at DESC, created_at DESC`,
    login: `CALL ${login}(${VALUES}, ?, ?, ?, ?)`,
    destroyByUser: `CALL ${end}(?, ?, ?)`,
    sweep: `CALL ${sweep}(?, ?)`,
  };
}
