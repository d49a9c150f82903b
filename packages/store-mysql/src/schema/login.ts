import { COLUMNS } from "@coatcheck/sql";
import type { Names } from "../names.ts";
import { ID, inTransaction, TEXT, USER_ID } from "./procedure.ts";
import { LOCKS } from "./tables.ts";

/**
 * Writes a record under a limit: `p_expected` is null for a create. Answers the word of the contract, and the ids evicted.
 *
 * The lock is a row, and so ends with the transaction, however that ends. Nothing can deadlock: that lock is taken first,
 * and no other after it but those of the rows that are written, in the order of their ids, as in the procedure that ends
 * a user's sessions. They are found without locks, so that none is ever held on an index but the primary one. Every other
 * statement locks one row, or skips what is locked.
 */
export function createLogin({ table, locks, login }: Names): string {
  const sql = `CREATE PROCEDURE IF NOT EXISTS ${login}(
  IN p_id ${ID}, IN p_version BIGINT, IN p_user_id ${USER_ID}, IN p_created_at BIGINT, IN p_authenticated_at BIGINT,
  IN p_last_seen_at BIGINT, IN p_expires_at BIGINT, IN p_state ${TEXT}, IN p_data ${TEXT},
  IN p_expected BIGINT, IN p_now BIGINT, IN p_spared BIGINT, IN p_reject BOOLEAN)`;
  const declarations = `
  DECLARE v_outcome VARCHAR(8);
  DECLARE v_full, v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_slot INT;
  DECLARE v_version, v_expires_at BIGINT;
  DECLARE v_id ${ID};
  DECLARE v_evicted LONGTEXT CHARACTER SET ascii;
  -- The user's other sessions but the newest few, which are too many; and this one, in its place among them.
  DECLARE ids CURSOR FOR
    SELECT id FROM (
      SELECT id FROM ${table} WHERE user_id = p_user_id AND id <> p_id AND expires_at > p_now AND NOT p_reject
      ORDER BY authenticated_at DESC, created_at DESC LIMIT p_spared, 1000000
    ) AS surplus UNION ALL SELECT p_id ORDER BY id;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;
  -- Somebody else has just inserted the same id.
  DECLARE CONTINUE HANDLER FOR 1062 SET v_outcome = 'exists';`;
  const work = `
  SELECT slot INTO v_slot FROM ${locks} WHERE slot = CRC32(p_user_id) % ${LOCKS} FOR UPDATE;
  IF v_slot IS NULL THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rows of the table of locks are missing: run setup() of the mysqlStore';
  END IF;
  IF p_reject THEN
    SELECT COUNT(*) > p_spared INTO v_full FROM ${table}
    WHERE user_id = p_user_id AND id <> p_id AND expires_at > p_now;
  END IF;
  OPEN ids;
  walk: LOOP
    FETCH ids INTO v_id;
    IF v_done THEN LEAVE walk; END IF;
    IF v_id = p_id THEN
      SELECT version, expires_at INTO v_version, v_expires_at FROM ${table} WHERE id = p_id FOR UPDATE;
      SET v_done = FALSE;
      SET v_outcome = CASE
        WHEN p_expected IS NULL AND v_expires_at > p_now THEN 'exists'
        WHEN p_expected IS NULL THEN NULL
        WHEN v_expires_at IS NULL OR v_expires_at <= p_now THEN 'gone'
        WHEN v_version <> p_expected THEN 'stale'
      END;
      SET v_outcome = COALESCE(v_outcome, IF(v_full, 'full', NULL));
      IF v_outcome IS NOT NULL THEN LEAVE walk; END IF;
    ELSE
      DELETE FROM ${table} WHERE id = v_id AND user_id = p_user_id AND expires_at > p_now;
      IF ROW_COUNT() > 0 THEN SET v_evicted = CONCAT_WS(',', v_evicted, v_id); END IF;
    END IF;
  END LOOP;
  CLOSE ids;
  IF v_outcome IS NULL AND p_expected IS NULL THEN
    DELETE FROM ${table} WHERE id = p_id AND expires_at <= p_now;
    INSERT INTO ${table} (${COLUMNS.join(", ")})
    VALUES (${COLUMNS.map((name) => `p_${name}`).join(", ")});
  ELSEIF v_outcome IS NULL THEN
    UPDATE ${table} SET ${COLUMNS.slice(1)
      .map((name) => `${name} = p_${name}`)
      .join(", ")}
    WHERE id = p_id;
  END IF;
  IF v_outcome IS NULL THEN COMMIT; ELSE ROLLBACK; END IF;
  SELECT COALESCE(v_outcome, 'ok') AS outcome, IF(v_outcome IS NULL, v_evicted, NULL) AS ids;`;
  return inTransaction(sql, declarations, work);
}
