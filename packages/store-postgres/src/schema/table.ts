import { SLOT_MS } from "@coatcheck/sql";
import type { Names } from "../names.ts";

/**
 * The table and its indexes.
 *
 * - Collation "C" compares ids byte by byte, whatever the database's own does, and is the fastest.
 * - `expires_slot` is indexed instead of `expires_at`, and `fillfactor` leaves room in each page: a touch that stays within
 *   the slot is then a heap-only update, which writes to no index.
 * - Anonymous sessions have no entry in the index by user.
 */
export function createTable({ table, byUser, byExpiry }: Names, unlogged: boolean): string {
  return `CREATE ${unlogged ? "UNLOGGED " : ""}TABLE ${table} (
      id text COLLATE "C" NOT NULL PRIMARY KEY,
      version bigint NOT NULL,
      user_id text COLLATE "C",
      created_at bigint NOT NULL,
      authenticated_at bigint,
      last_seen_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      state text NOT NULL,
      data text NOT NULL,
      expires_slot bigint NOT NULL GENERATED ALWAYS AS (expires_at / ${SLOT_MS}) STORED
    ) WITH (fillfactor = 80);
    CREATE INDEX ${byUser} ON ${table} (user_id, authenticated_at) WHERE user_id IS NOT NULL;
    CREATE INDEX ${byExpiry} ON ${table} (expires_slot);`;
}
