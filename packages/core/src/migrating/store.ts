import { attempt, chain } from "../promise.ts";
import type { SessionStore } from "../store/contract.ts";
import { Move } from "./move.ts";
import { moveStage } from "./moving.ts";
import { notifierOf } from "./notify.ts";
import { type MigratingStoreOptions, settingsOf } from "./options.ts";
import { prepareStage } from "./prepare.ts";
import { destroyUser, haveUsers, listUser } from "./users.ts";

/**
 * Moves a running site from one store to another: nobody is logged out, no write is lost, no destroyed session comes back.
 * Each session lives in one of the two at any time and is moved by itself, so there is never a copy to fall behind.
 *
 * Deploy it with `stage: "prepare"`, then with `stage: "move"`; one idle timeout after the last process of `"prepare"` has
 * ended, deploy `to` alone. See docs/migrating.md.
 *
 * It has the capability *by user* if both stores have it, *sweep* and *notify* if one has. `close` closes both.
 *
 * @throws {SessionConfigError} for a wrong option.
 */
export function migratingStore(options: MigratingStoreOptions): SessionStore {
  const { stage, ...stores } = settingsOf(options);
  const { from, to } = stores;
  const move = new Move(stores);
  const store: SessionStore = {
    ...(stage === "move" ? moveStage : prepareStage)(stores, move),
    ...notifierOf(stores),
    // First in `from`: a move that has not come as far as its seal then fails, and one that has only has left to update
    // what is destroyed next.
    destroy: (id) =>
      chain(from.destroy(id), (here) => chain(to.destroy(id), (there) => here || there)),
    close: () =>
      chain(
        attempt(
          () => from.close?.(),
          (error) =>
            chain(to.close?.(), () => {
              throw error;
            }),
        ),
        () => to.close?.(),
      ),
  };
  if (haveUsers(stores)) {
    store.listByUser = (userId) => listUser(stores, userId);
    store.destroyByUser = (userId, except) => destroyUser(stores, userId, except);
  }
  if (from.sweep || to.sweep) {
    store.sweep = () =>
      chain(from.sweep?.() ?? 0, (here) => chain(to.sweep?.() ?? 0, (there) => here + there));
  }
  return store;
}
