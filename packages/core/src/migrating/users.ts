import { each } from "../each.ts";
import { chain, type MaybePromise } from "../promise.ts";
import type { SessionRecord, SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Stores } from "./options.ts";
import { isHome, isSealed, unsealed } from "./version.ts";

/** A store with the capability *by user*. */
type WithUsers = Required<Pick<SessionStore, "listByUser" | "destroyByUser">>;

/** Whether both stores have the capability; what one of them cannot do, the pair cannot. */
export function haveUsers(
  stores: Stores,
): stores is { from: SessionStore & WithUsers; to: SessionStore & WithUsers } {
  return [stores.from, stores.to].every((it) => it.listByUser && it.destroyByUser);
}

/** The user's sessions, wherever they live, newest login first. */
export function listUser(
  { from, to }: Record<keyof Stores, WithUsers>,
  userId: string,
): MaybePromise<SessionRecord[]> {
  // In this order: a session that moves meanwhile is seen twice, and not never.
  return chain(from.listByUser(userId), (here) =>
    chain(to.listByUser(userId), (there) => {
      const sessions = new Map<SessionId, SessionRecord>();
      for (const record of here) {
        if (isHome(record)) sessions.set(record.id, record);
        // Sealed, and not there yet: it is under way.
        else if (isSealed(record) && there.some(({ id }) => id === record.id)) {
          sessions.set(record.id, unsealed(record));
        }
      }
      for (const record of there) if (isHome(record)) sessions.set(record.id, record);
      return [...sessions.values()].sort(
        (a, b) => Number(b.authenticatedAt) - Number(a.authenticatedAt),
      );
    }),
  );
}

/**
 * In this order, for the reason given at `destroy`. Then by id, since a move that began before the login knows nothing of the user:
 * its placeholder goes, and its seal, before that could bring the session back.
 */
export function destroyUser(
  { from, to }: Record<keyof Stores, SessionStore & WithUsers>,
  userId: string,
  except?: SessionId,
): MaybePromise<SessionId[]> {
  const unseal = (id: SessionId): MaybePromise<unknown> =>
    chain(from.read(id), (here) => here && isSealed(here) && from.destroy(id));
  return chain(from.destroyByUser(userId, except), (here) =>
    chain(to.destroyByUser(userId, except), (there) => {
      const ids = [...new Set([...here, ...there])];
      const end = (id: SessionId) => chain(unseal(id), () => to.destroy(id));
      return chain(each(ids, end), () => ids);
    }),
  );
}
