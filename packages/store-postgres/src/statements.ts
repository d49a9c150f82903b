import { COLUMNS, SLOT_MS } from "@coatcheck/sql";
import { type Statement, statement } from "./client.ts";
import type { Names } from "./names.ts";
import { INSERT_COLUMNS, REPLACE_EXPIRED } from "./sql.ts";

/** Expired records that each `create` removes: more than it adds, so that they cannot pile up without a sweep. */
const REAPED_PER_CREATE = 2;

const RECORD = COLUMNS.join(", ");
/** The parameters $1 to $9 are the record. */
const VALUES = COLUMNS.map((_, index) => `$${index + 1}`).join(", ");
const ASSIGNMENTS = COLUMNS.slice(1)
  .map((name, index) => `${name} = $${index + 2}`)
  .join(", ");

/** Everything that is asked of the database while it runs. */
export type Statements = Readonly<Record<keyof ReturnType<typeof textsOf>, Statement>>;

export function statementsOf(names: Names): Statements {
  const entries = Object.entries(textsOf(names)).map(([name, text]) => [name, statement(text)]);
  return Object.fromEntries(entries) as Statements;
}

// Every sentence that finds a record says `expires_at > $n`: what has expired does not exist, swept or not.
function textsOf({ table, login }: Names) {
  return {
    read: `SELECT ${RECORD} FROM ${table} WHERE id = $1 AND expires_at > $2::bigint`,

    // The insert comes first: it may wait for another of the same id, and must hold nothing meanwhile.
    create: `WITH written AS (
        INSERT INTO ${table} AS held (${INSERT_COLUMNS}) VALUES (${VALUES})
        ${REPLACE_EXPIRED} $10::bigint RETURNING 1
      ), reaped AS (
        DELETE FROM ${table} WHERE id = ANY (ARRAY(
          SELECT id FROM ${table} AS dead
          WHERE expires_slot < $10::bigint / ${SLOT_MS} AND id <> $1 AND EXISTS (SELECT FROM written)
          ORDER BY expires_slot LIMIT ${REAPED_PER_CREATE} FOR UPDATE OF dead SKIP LOCKED))
      ) SELECT count(*) AS written FROM written`,

    // The lock waits for whoever is writing, and shows what is there after that: "stale" and "gone" are exact.
    update: `WITH known AS (
        SELECT version FROM ${table} WHERE id = $1 AND expires_at > $11::bigint FOR NO KEY UPDATE
      ), written AS (
        UPDATE ${table} SET ${ASSIGNMENTS} FROM known
        WHERE id = $1 AND known.version = $10::bigint RETURNING 1
      ) SELECT CASE WHEN EXISTS (SELECT FROM written) THEN 'ok'
          WHEN EXISTS (SELECT FROM known) THEN 'stale' ELSE 'gone' END AS outcome`,

    login: `SELECT ${login}(${VALUES}, $10, $11, $12, $13) AS outcome`,

    touch: `UPDATE ${table}
      SET last_seen_at = greatest(last_seen_at, $2::bigint), expires_at = greatest(expires_at, $3::bigint)
      WHERE id = $1 AND expires_at > $4::bigint RETURNING 1`,

    destroy: `DELETE FROM ${table} WHERE id = $1 AND expires_at > $2::bigint RETURNING 1`,

    listByUser: `SELECT ${RECORD} FROM ${table} WHERE user_id = $1 AND expires_at > $2::bigint
      ORDER BY authenticated_at DESC NULLS LAST, created_at DESC`,

    // In the order of the ids, as a login locks them.
    destroyByUser: `WITH mine AS (
        SELECT id FROM ${table}
        WHERE user_id = $1 AND id IS DISTINCT FROM $2::text AND expires_at > $3::bigint
        ORDER BY id FOR UPDATE
      ) DELETE FROM ${table} AS held USING mine WHERE held.id = mine.id RETURNING held.id`,

    sweep: `WITH swept AS (
        DELETE FROM ${table} WHERE id = ANY (ARRAY(
          SELECT id FROM ${table}
          WHERE expires_slot <= $1::bigint / ${SLOT_MS} AND expires_at <= $1::bigint
          ORDER BY expires_slot LIMIT $2::bigint FOR UPDATE SKIP LOCKED))
        RETURNING 1
      ) SELECT count(*) AS swept FROM swept`,

    announce: "SELECT pg_notify($1, ids) FROM unnest($2::text[]) AS ids",
  };
}
