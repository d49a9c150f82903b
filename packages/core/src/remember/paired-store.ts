import { each } from "../each.ts";
import { chain, type MaybePromise } from "../promise.ts";
import type { SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";

/**
 * The sessions' store, with which the remember-me token of whatever ends ends too: both have one id. First the token, so that nobody comes back by it meanwhile;
 * then the session; then a token that a login under way has made in between, which looks at its session afterwards.
 */
export function pairedStore(sessions: SessionStore, tokens: SessionStore): SessionStore {
  const forget = (id: SessionId) => tokens.destroy(id);
  const destroy = (id: SessionId) =>
    chain(forget(id), (remembered) =>
      chain(sessions.destroy(id), (alive) =>
        chain(forget(id), (again) => remembered || alive || again),
      ),
    );
  const room = <Outcome>(outcome: Outcome): MaybePromise<Outcome> => {
    const { evicted = [] } = outcome as { readonly evicted?: readonly SessionId[] };
    // The session too, once more: it may have been brought back since.
    return chain(each(evicted, destroy), () => outcome);
  };
  const store: SessionStore = {
    ...sessions,
    create: (record, limit) => chain(sessions.create(record, limit), room),
    update: (record, version, limit) => chain(sessions.update(record, version, limit), room),
    destroy,
    destroyByUser: (userId, except) => {
      const forgetAll = () => tokens.destroyByUser?.(userId, except) ?? [];
      return chain(forgetAll(), (remembered) =>
        chain(sessions.destroyByUser?.(userId, except) ?? [], (alive) =>
          chain(forgetAll(), (again) => [...new Set([...remembered, ...alive, ...again])]),
        ),
      );
    },
    close: () => chain(sessions.close?.(), () => tokens.close?.()),
  };
  if (sessions.sweep || tokens.sweep) {
    store.sweep = () =>
      chain(sessions.sweep?.() ?? 0, (some) => chain(tokens.sweep?.() ?? 0, (more) => some + more));
  }
  return store;
}
