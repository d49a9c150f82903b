import { chain, type MaybePromise } from "../promise.ts";
import type { Sessions } from "../session/manager.ts";
import { type Session, unitOf } from "../session/session.ts";

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
  const { core, loaded } = unit;
  if (!loaded) return true;
  // The commit need not look again. It would not do alone: of a session that lives in its token nothing is asked once the response is under way, nor
  // with a store that is down and `onStoreError: "anonymous"`.
  unit.readAt = core.clock();
  return chain(core.strategy.stands(core, loaded), (there) => {
    if (!there) unit.ended = true;
    return chain(there && sessions.commit(session), () => !unit.isOver);
  });
}
