import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Everything that is asked of the database while it runs, prepared once. */
export type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>;

const RECORD = `id, version, user_id AS userId, created_at AS createdAt,
  authenticated_at AS authenticatedAt, last_seen_at AS lastSeenAt, expires_at AS expiresAt, state, data`;

// Every sentence that finds a record says `expires_at > ?`: what has expired does not exist, swept or not.
const SQL = {
  read: `SELECT ${RECORD} FROM session WHERE id = ? AND expires_at > ?`,

  version: "SELECT version FROM session WHERE id = ? AND expires_at > ?",

  // Takes the place of an expired record with that id; changes nothing where it is alive.
  insert: `INSERT INTO session
      (id, version, user_id, created_at, authenticated_at, last_seen_at, expires_at, expiry_slot, state, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      version = excluded.version, user_id = excluded.user_id, created_at = excluded.created_at,
      authenticated_at = excluded.authenticated_at, last_seen_at = excluded.last_seen_at,
      expires_at = excluded.expires_at, expiry_slot = excluded.expiry_slot,
      state = excluded.state, data = excluded.data
    WHERE session.expires_at <= ?`,

  // SQLite writes every index of a column that is set, changed or not: what is in an index is set only where it changes.
  updateInPlace: `UPDATE session SET version = ?, last_seen_at = ?, expires_at = ?, state = ?, data = ?
    WHERE id = ? AND version = ? AND expires_at > ? AND expiry_slot = ?
      AND user_id IS ? AND created_at = ? AND authenticated_at IS ?`,

  update: `UPDATE session SET version = ?, user_id = ?, created_at = ?, authenticated_at = ?,
      last_seen_at = ?, expires_at = ?, expiry_slot = ?, state = ?, data = ?
    WHERE id = ? AND version = ? AND expires_at > ?`,

  touchInPlace: `UPDATE session
    SET last_seen_at = max(last_seen_at, ?), expires_at = max(expires_at, ?)
    WHERE id = ? AND expires_at > ? AND expiry_slot >= ?`,

  touch: `UPDATE session SET last_seen_at = max(last_seen_at, ?), expires_at = max(expires_at, ?),
      expiry_slot = max(expiry_slot, ?)
    WHERE id = ? AND expires_at > ?`,

  destroy: "DELETE FROM session WHERE id = ? AND expires_at > ?",

  listByUser: `SELECT ${RECORD} FROM session WHERE user_id = ? AND expires_at > ?
    ORDER BY authenticated_at DESC, created_at DESC`,

  // With NULL for the exception, `id IS NOT NULL` excepts nobody.
  destroyByUser: `DELETE FROM session WHERE user_id = ? AND id IS NOT ? AND expires_at > ?
    RETURNING id`,

  // The user's other sessions but the newest few: those that are too many.
  surplus: `SELECT id FROM session WHERE user_id = ? AND id <> ? AND expires_at > ?
    ORDER BY authenticated_at DESC, created_at DESC LIMIT -1 OFFSET ?`,

  // Of slots that are over: none of theirs can be alive.
  reap: `DELETE FROM session WHERE rowid IN (SELECT rowid FROM session
    WHERE expiry_slot < ? AND expires_at <= ? ORDER BY expiry_slot LIMIT ?)`,

  // Some of the records of one slot, from a row on.
  slot: `SELECT rowid, expires_at AS expiresAt FROM session
    WHERE expiry_slot = ? AND rowid > ? ORDER BY rowid LIMIT ?`,

  remove: "DELETE FROM session WHERE rowid = ? AND expires_at <= ?",
};

export function prepareAll(db: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(entries) as Statements;
}
