import type { Names } from "../names.ts";
import { ID, inTransaction, USER_ID } from "./procedure.ts";

/** Ends the sessions of a user but one; in the order of their ids, as a login locks them. Answers the ids. */
export function createEnd({ table, end }: Names): string {
  const sql = `CREATE PROCEDURE IF NOT EXISTS ${end}(IN p_user_id ${USER_ID}, IN p_except ${ID}, IN p_now BIGINT)`;
  const declarations = `
  DECLARE v_done BOOLEAN DEFAULT FALSE;
  DECLARE v_id ${ID};
  DECLARE v_ended LONGTEXT CHARACTER SET ascii;
  DECLARE mine CURSOR FOR
    SELECT id FROM ${table} WHERE user_id = p_user_id AND NOT (id <=> p_except) AND expires_at > p_now ORDER BY id;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_done = TRUE;`;
  const work = `
  OPEN mine;
  walk: LOOP
    FETCH mine INTO v_id;
    IF v_done THEN LEAVE walk; END IF;
    DELETE FROM ${table} WHERE id = v_id AND user_id = p_user_id AND expires_at > p_now;
    IF ROW_COUNT() > 0 THEN SET v_ended = CONCAT_WS(',', v_ended, v_id); END IF;
  END LOOP;
  CLOSE mine;
  COMMIT;
  SELECT v_ended AS ids;`;
  return inTransaction(sql, declarations, work);
}
