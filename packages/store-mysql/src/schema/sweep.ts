import { SLOT_MS } from "@coatcheck/sql";
import type { Names } from "../names.ts";
import { inTransaction } from "./procedure.ts";

/**
 * Removes some expired records, passing over those that somebody else has locked. Answers how many.
 *
 * The order of the join and its indexes are given: left to itself, the optimiser goes through all of a small table, and
 * would wait for every lock in it.
 */
export function createSweep({ table, sweep }: Names): string {
  const sql = `CREATE PROCEDURE IF NOT EXISTS ${sweep}(IN p_now BIGINT, IN p_count BIGINT)`;
  const declarations = `
  DECLARE v_swept BIGINT;`;
  const work = `
  DELETE held FROM (
    SELECT id FROM ${table} FORCE INDEX (by_expiry)
    WHERE expires_slot <= p_now DIV ${SLOT_MS} AND expires_at <= p_now
    ORDER BY expires_slot LIMIT p_count FOR UPDATE SKIP LOCKED
  ) AS dead STRAIGHT_JOIN ${table} AS held FORCE INDEX (PRIMARY) ON held.id = dead.id;
  SET v_swept = ROW_COUNT();
  COMMIT;
  SELECT v_swept AS swept;`;
  return inTransaction(sql, declarations, work);
}
