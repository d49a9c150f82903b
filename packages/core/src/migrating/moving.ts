import { each } from "../each.ts";
import { chain, type MaybePromise } from "../promise.ts";
import type { SessionLimit, SessionRecord } from "../store/contract.ts";
import { login } from "./limit.ts";
import type { Move } from "./move.ts";
import type { Stores } from "./options.ts";
import { type Stage, unlessTaken } from "./prepare.ts";
import { haveUsers } from "./users.ts";
import { isHome } from "./version.ts";

/** `to` comes first; what is missing there is looked for in `from` and moved. */
export function moveStage(stores: Stores, move: Move): Stage {
  const { from, to } = stores;

  /** So that `to` decides among all sessions of the user. */
  const gather = ({ id, userId }: SessionRecord, limit?: SessionLimit): MaybePromise<void> => {
    if (!limit || userId === null || !haveUsers(stores)) return;
    return chain(stores.from.listByUser(userId), (list) =>
      each(
        list.filter((it) => it.id !== id),
        (it) => move.find(it.id),
      ),
    );
  };

  return {
    read: (id) => move.find(id),
    create: (record, limit) =>
      unlessTaken(from, record.id, () =>
        chain(gather(record, limit), () =>
          login<"exists" | "full">(stores, {
            record,
            limit,
            other: from,
            write: (room) => to.create(record, room),
            refuse: () => chain(to.read(record.id), (taken) => (taken ? "exists" : "full")),
          }),
        ),
      ),
    update(record, expectedVersion, limit) {
      const { id } = record;
      const write = () =>
        login<"stale" | "gone" | "full">(stores, {
          record,
          limit,
          other: from,
          write: (room) => to.update(record, expectedVersion, room),
          refuse: () =>
            chain(to.read(id), (found) => {
              if (!found || !isHome(found)) return "gone";
              return found.version === expectedVersion ? "full" : "stale";
            }),
        });
      return chain(gather(record, limit), () =>
        chain(write(), (outcome) =>
          outcome === "gone"
            ? chain(move.find(id), (found) => (found ? write() : outcome))
            : outcome,
        ),
      );
    },
    touch: (id, times) =>
      chain(to.touch(id, times), (outcome) =>
        outcome === "ok"
          ? outcome
          : chain(move.find(id), (found) => (found ? to.touch(id, times) : outcome)),
      ),
  };
}
