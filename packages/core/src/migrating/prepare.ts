import { chain, type MaybePromise } from "../promise.ts";
import type { CreateOutcome, SessionRecord, SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import { login } from "./limit.ts";
import type { Move } from "./move.ts";
import type { Stores } from "./options.ts";
import { isHome, isSealed } from "./version.ts";

/** The part of a store that differs between the stages. */
export type Stage = Pick<SessionStore, "read" | "create" | "update" | "touch">;

interface Found {
  readonly home: SessionStore;
  readonly record: SessionRecord;
}

/** `from` comes first, and nothing is moved; what others have moved or created is found in `to`. */
export function prepareStage(stores: Stores, move: Move): Stage {
  const { from, to } = stores;

  const moved = (record: SessionRecord | undefined): Found | undefined =>
    record && { home: to, record };

  const find = (id: SessionId): MaybePromise<Found | undefined> =>
    chain(from.read(id), (here) => {
      if (here && isHome(here)) return { home: from, record: here };
      if (here && isSealed(here)) return chain(move.finish(id), moved);
      return chain(to.read(id), (there) => moved(there && isHome(there) ? there : undefined));
    });

  return {
    read: (id) => chain(find(id), (found) => found?.record),
    create: (record, limit) =>
      unlessTaken(to, record.id, () =>
        login<"exists" | "full">(stores, {
          record,
          limit,
          other: to,
          write: (room) => from.create(record, room),
          refuse: () => chain(from.read(record.id), (taken) => (taken ? "exists" : "full")),
        }),
      ),
    update(record, expectedVersion, limit) {
      const write = (home: SessionStore) =>
        login<"stale" | "gone" | "full">(stores, {
          record,
          limit,
          other: home === from ? to : from,
          write: (room) => home.update(record, expectedVersion, room),
          refuse: () =>
            chain(home.read(record.id), (found) => {
              if (!found) return "gone";
              return found.version === expectedVersion ? "full" : "stale";
            }),
        });
      return chain(write(from), (outcome) => {
        if (outcome !== "stale" && outcome !== "gone") return outcome;
        return chain(find(record.id), (found) => {
          if (!found) return "gone";
          return found.home === from ? "stale" : write(to);
        });
      });
    },
    touch: (id, times) =>
      chain(from.touch(id, times), (outcome) => {
        if (outcome === "ok") return outcome;
        return chain(find(id), (found) => (found ? found.home.touch(id, times) : outcome));
      }),
  };
}

/** `create`, unless the id is taken in the other store. */
export function unlessTaken(
  other: SessionStore,
  id: SessionId,
  create: () => MaybePromise<CreateOutcome>,
): MaybePromise<CreateOutcome> {
  return chain(other.read(id), (taken) => (taken && isHome(taken) ? "exists" : create()));
}
