import { each } from "../each.ts";
import { chain, type MaybePromise } from "../promise.ts";
import type { Evicted, SessionLimit, SessionRecord, SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Stores } from "./options.ts";
import { haveUsers, listUser } from "./users.ts";
import { isHome } from "./version.ts";

type Refusal = "exists" | "stale" | "gone" | "full";
type Outcome<R extends Refusal> = "ok" | R | Evicted;

/** A write in the session's home that may be a login. */
export interface Login<R extends Refusal> {
  readonly record: SessionRecord;
  readonly limit: SessionLimit | undefined;
  /** The store that does not take part in the write. */
  readonly other: SessionStore;
  write(limit: SessionLimit | undefined): MaybePromise<Outcome<R>>;
  /** What the write would answer, if it could but be full. */
  refuse(): MaybePromise<R | "full">;
}

/**
 * Holds the limit over both stores. The home decides among the sessions in it, by its own atomic check; what lives in the
 * other one counts before the write where too many are refused, and after it where the oldest make room: of two
 * logins at once, one in each store, at least one then sees both.
 */
export function login<R extends Refusal>(
  stores: Stores,
  { record, limit, other, write, refuse }: Login<R>,
): MaybePromise<Outcome<R> | "full"> {
  const { id, userId } = record;
  if (!limit || userId === null || !haveUsers(stores)) return write(limit);
  const elsewhere = (): MaybePromise<number> =>
    chain(
      other.listByUser?.(userId) ?? [],
      (list) => list.filter((it) => isHome(it) && it.id !== id).length,
    );
  if (limit.onLimit === "reject") {
    return chain<number, Outcome<R> | "full">(elsewhere(), (count) => {
      const perUser = limit.perUser - count;
      return perUser < 1 ? refuse() : write({ ...limit, perUser });
    });
  }
  return chain<Outcome<R>, Outcome<R>>(write(limit), (outcome) => {
    if (typeof outcome === "string" && outcome !== "ok") return outcome;
    const evicted = new Set<SessionId>(outcome === "ok" ? [] : (outcome as Evicted).evicted);
    const evict = (gone: SessionId): MaybePromise<unknown> => {
      evicted.add(gone);
      return chain(stores.from.destroy(gone), () => stores.to.destroy(gone));
    };
    // What was evicted here may be on its way there.
    return chain(each([...evicted], evict), () =>
      chain(elsewhere(), (count) => {
        const answer = (): Outcome<R> => (evicted.size ? { evicted: [...evicted] } : "ok");
        if (count === 0) return answer();
        return chain(listUser(stores, userId), (all) => {
          const others = all.filter((it) => it.id !== id).slice(limit.perUser - 1);
          return chain(
            each(
              others.map((it) => it.id),
              evict,
            ),
            answer,
          );
        });
      }),
    );
  });
}
