import { chain, type MaybePromise } from "../promise.ts";
import { isExpired } from "../session/lifetime.ts";
import type { Sessions } from "../session/manager.ts";
import { openRecord } from "../session/record.ts";
import { type Session, unitOf } from "../session/session.ts";
import type { SessionUnit } from "../session/unit.ts";

/**
 * For a connection that outlasts its request, as a WebSocket does: whether its session is there still. It costs one read of the store, and within
 * `touchEvery` one touch, so that who is active does not time out. `false` after a logout, a revocation, an expiry, and after any login in the session since, be it the same
 * user's: what the connection was opened with is worthless then (OWASP ASVS 7.2.4). From then on `session.userId` is `undefined`.
 *
 * Without a revocation store nothing can be found out of a session that lives in its token, but its expiry.
 *
 * @throws SessionStoreError
 */
export function recheckSession<Data extends object>(
  sessions: Sessions<Data>,
  session: Session<Data>,
): MaybePromise<boolean> {
  const unit = unitOf(session);
  if (unit.isOver) return false;
  if (unit.loaded === undefined) return true;
  // Its commit asks the revocation store.
  if (unit.opening.core.strategy.carried) session.touch();
  return chain(unit.opening.core.strategy.carried || isThere(unit), (there) => {
    if (!there) unit.ended = true;
    return chain(there && sessions.commit(session), () => !unit.isOver);
  });
}

/**
 * A touch alone would not tell it from the marker in the place of a session that another one replaced. That has no lineage, and after a login
 * the session has another one.
 */
function isThere(unit: SessionUnit): MaybePromise<boolean> {
  const { loaded } = unit;
  const { core } = unit.opening;
  if (!loaded) return false;
  // The commit need not look again.
  unit.readAt = core.clock();
  return chain(core.store.read(loaded.record.id), (record) => {
    if (!record) return false;
    const { state } = openRecord(record);
    return state.lineage === loaded.state.lineage && !isExpired(record, state, core.clock());
  });
}
