import { chain, type MaybePromise } from "../promise.ts";
import type { SessionRecord, SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Stores } from "./options.ts";
import { isHome, isSealed, placeholder, sealed, unsealed } from "./version.ts";

type Found = MaybePromise<SessionRecord | undefined>;

/** Each further try means that another process got on with this session. */
const MAX_TRIES = 100;

/**
 * Moves single sessions, in four steps: a placeholder in `to`; a seal on the record in `from`, after which nothing is
 * written there; the session in the placeholder's place; nothing left in `from`. Whoever meets a move that stopped halfway
 * finishes it. `to` gets the session by an update of the placeholder and never by a create, so that a step which comes late
 * cannot revive what was destroyed meanwhile.
 */
export class Move {
  readonly #from: SessionStore;
  readonly #to: SessionStore;

  constructor({ from, to }: Stores) {
    this.#from = from;
    this.#to = to;
  }

  /** The session as it is in `to`, moved there if it was not. */
  find(id: SessionId, tries = 0): Found {
    return chain(this.#to.read(id), (there) =>
      there && isHome(there) ? there : this.#bring(id, there, tries),
    );
  }

  /** As `find`, for a session that is sealed in `from`. */
  finish(id: SessionId, tries = 0): Found {
    return chain(this.#to.read(id), (there) => {
      if (!there) return;
      return isHome(there) ? this.#tidy(there) : this.#bring(id, there, tries);
    });
  }

  /** `place`: the placeholder in `to`, seen there before `from` is read; so it belongs to a seal that is found now. */
  #bring(id: SessionId, place: SessionRecord | undefined, tries: number): Found {
    if (tries === MAX_TRIES) throw new Error(`session ${id} cannot be moved: it changes too often`);
    return chain(this.#from.read(id), (here) => {
      if (here && isHome(here)) return this.#seal(here, place, tries);
      if (here && isSealed(here)) {
        return place ? this.#settle(unsealed(here), place, tries) : this.finish(id, tries + 1);
      }
      // Destroyed, or moved since `to` was looked at.
      return chain(this.#to.read(id), (there) => {
        if (!there) return;
        // A placeholder without a session: its mover saw that one before it was destroyed.
        return isHome(there) ? there : chain(this.#to.destroy(id), () => undefined);
      });
    });
  }

  #seal(here: SessionRecord, place: SessionRecord | undefined, tries: number): Found {
    if (!place) {
      const fresh = placeholder(here);
      return chain(this.#to.create(fresh), (outcome) =>
        outcome === "ok" ? this.#seal(here, fresh, tries) : this.find(here.id, tries + 1),
      );
    }
    return chain(this.#from.update(sealed(here), here.version), (outcome) =>
      outcome === "ok" ? this.#settle(here, place, tries) : this.#bring(here.id, place, tries + 1),
    );
  }

  #settle(record: SessionRecord, place: SessionRecord, tries: number): Found {
    return chain(this.#to.update(record, place.version), (outcome) => {
      if (outcome === "ok") return this.#tidy(record);
      // Stale: another process was faster. Gone: a destroy was.
      return outcome === "stale" ? this.finish(record.id, tries + 1) : undefined;
    });
  }

  #tidy(record: SessionRecord): Found {
    return chain(this.#from.destroy(record.id), () => record);
  }
}
