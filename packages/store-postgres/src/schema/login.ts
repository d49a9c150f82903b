import type { Names } from "../names.ts";
import { INSERT_COLUMNS, REPLACE_EXPIRED } from "../sql.ts";

/**
 * Writes a record under a limit: `p_expected` is null for a create. Answers the word of the contract, then the ids evicted.
 *
 * One statement could not count: its snapshot is taken before it waits for the lock, and would miss the login it waited for.
 * In a volatile function each statement has a snapshot of its own, if the transaction is READ COMMITTED.
 *
 * Calls do not deadlock: the user's lock is taken first and by nothing else; then all rows that are to be written, in the
 * order of their ids, as in `destroyByUser`; after these, only the insert of a new id may wait, for somebody who has
 * inserted the same one and waits for nothing any more. Every other statement locks one row, or skips what is locked. Where two create
 * one id at once, each with others to evict, a deadlock was seen; ids are drawn at random.
 */
export function createLogin({ table, login }: Names): string {
  return `CREATE OR REPLACE FUNCTION ${login}(
      p_id text, p_version bigint, p_user_id text, p_created_at bigint, p_authenticated_at bigint, p_last_seen_at bigint,
      p_expires_at bigint, p_state text, p_data text, p_expected bigint, p_now bigint, p_spared bigint, p_reject boolean
    ) RETURNS text[] LANGUAGE plpgsql VOLATILE AS $login$
    DECLARE
      known bigint;
      surplus text[];
      evicted text[];
    BEGIN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a limit needs READ COMMITTED, not %', current_setting('transaction_isolation');
      END IF;
      PERFORM pg_advisory_xact_lock(hashtextextended('${table.replaceAll('"', "")} ' || p_user_id, 0));
      -- The user's other sessions but the newest few: those that are too many.
      surplus := ARRAY(SELECT id FROM ${table}
        WHERE user_id = p_user_id AND id <> p_id AND expires_at > p_now
        ORDER BY authenticated_at DESC NULLS LAST, created_at DESC OFFSET p_spared);
      PERFORM id FROM ${table}
        WHERE id = ANY (p_id || CASE WHEN p_reject THEN '{}' ELSE surplus END) ORDER BY id FOR UPDATE;
      SELECT version INTO known FROM ${table} WHERE id = p_id AND expires_at > p_now;
      IF p_expected IS NULL THEN
        IF known IS NOT NULL THEN RETURN '{exists}'; END IF;
      ELSIF known IS NULL THEN
        RETURN '{gone}';
      ELSIF known <> p_expected THEN
        RETURN '{stale}';
      END IF;
      IF p_reject AND surplus <> '{}' THEN RETURN '{full}'; END IF;
      IF p_expected IS NULL THEN
        INSERT INTO ${table} AS held (${INSERT_COLUMNS})
          VALUES (p_id, p_version, p_user_id, p_created_at, p_authenticated_at, p_last_seen_at, p_expires_at, p_state, p_data)
          ${REPLACE_EXPIRED} p_now;
        IF NOT FOUND THEN RETURN '{exists}'; END IF;
      ELSE
        UPDATE ${table} SET version = p_version, user_id = p_user_id, created_at = p_created_at,
            authenticated_at = p_authenticated_at, last_seen_at = p_last_seen_at, expires_at = p_expires_at,
            state = p_state, data = p_data
          WHERE id = p_id;
      END IF;
      -- One that is no longer this user's, or ended meanwhile, is not evicted.
      WITH ended AS (
        DELETE FROM ${table} WHERE id = ANY (surplus) AND user_id = p_user_id AND expires_at > p_now RETURNING id
      ) SELECT array_agg(id) INTO evicted FROM ended;
      RETURN 'ok'::text || evicted;
    END $login$;`;
}
