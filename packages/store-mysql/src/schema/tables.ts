import { SLOT_MS } from "@coatcheck/sql";
import type { Names } from "../names.ts";

/** Users share this many locks for their logins. */
export const LOCKS = 256;

/**
 * - A user id is kept as bytes: there is no collation under the same name in MySQL and MariaDB that heeds case, accents and
 *   spaces at the end.
 * - `expires_slot` is indexed instead of `expires_at`: a touch that stays within the slot writes to no index.
 */
export function createTables({ table, locks }: Names): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (
  id CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  user_id VARBINARY(1020),
  created_at BIGINT NOT NULL,
  authenticated_at BIGINT,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  state LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  data LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  expires_slot BIGINT GENERATED ALWAYS AS (expires_at DIV ${SLOT_MS}) STORED,
  KEY by_user (user_id, authenticated_at),
  KEY by_expiry (expires_slot)
) ENGINE=InnoDB COMMENT='coatcheck schema 0'`,
    `CREATE TABLE IF NOT EXISTS ${locks} (slot SMALLINT NOT NULL PRIMARY KEY) ENGINE=InnoDB`,
    fillLocks({ locks }),
  ];
}

/** Every row of the table of locks that is missing. */
export function fillLocks({ locks }: Pick<Names, "locks">): string {
  const slots = Array.from({ length: LOCKS }, (_, slot) => `(${slot})`).join(", ");
  return `INSERT IGNORE INTO ${locks} (slot) VALUES ${slots}`;
}
