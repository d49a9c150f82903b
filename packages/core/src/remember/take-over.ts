import { SessionConflictError } from "../errors.ts";
import { chain, type MaybePromise } from "../promise.ts";
import { MAX_ATTEMPTS } from "../session/batch.ts";
import { composeMarker, type Draft } from "../session/compose.ts";
import type { Core } from "../session/core.ts";
import { isExpired } from "../session/lifetime.ts";
import { heedLimit } from "../session/limit.ts";
import { type LoadedRecord, openRecord } from "../session/record.ts";
import { type Resumption, STRAY, type Stray } from "../session/remembering.ts";
import { isAuthorised, matchSecret } from "../session/secrets.ts";
import type { Presented, SessionUnit } from "../session/unit.ts";
import type { SessionStore } from "../store/contract.ts";
import {
  type Beginning,
  hashSecret,
  type Identity,
  type SessionId,
  type SessionToken,
  secretOf,
} from "../token/token.ts";
import type { Transport } from "../transport/transport.ts";
import { draftAnew, draftOn, isOutdated } from "./draft.ts";
import { succession } from "./succession.ts";

/** Brings a session back for a client whose remember-me token has just been exchanged. */
export class TakeOver {
  readonly #sessions: Core;
  readonly #tokens: Core;
  readonly #store: SessionStore;
  readonly #transport: Transport;

  constructor(sessions: Core, tokens: Core, store: SessionStore, transport: Transport) {
    this.#sessions = sessions;
    this.#tokens = tokens;
    this.#store = store;
    this.#transport = transport;
  }

  /** The session to which a token belongs, if it still lives. */
  session(id: SessionId): MaybePromise<LoadedRecord | undefined> {
    return chain(this.#sessions.store.read(id), (record) => {
      const loaded = record && openRecord(record);
      return loaded && !isExpired(loaded.record, loaded.state, this.#sessions.clock())
        ? loaded
        : undefined;
    });
  }

  /** The session of an exchanged token: `next` is the token's successor, `session` what was there before the exchange. */
  bring(
    unit: SessionUnit,
    next: Identity,
    token: SessionToken,
    session: LoadedRecord | undefined,
  ): MaybePromise<Resumption | Stray | undefined> {
    const remembered = unit.loaded as LoadedRecord;
    const beginning = succession(next.id, next.secret, remembered.state.lineage);
    return chain(
      this.#takeOver(remembered, beginning, session),
      (draft): MaybePromise<Resumption | Stray | undefined> => {
        if (!draft || "match" in draft) return draft;
        return chain(this.#holds(next, remembered), (holds) => {
          if (holds !== true) return holds;
          const headers = this.#transport.write(this.#tokens, unit, token);
          return {
            loaded: draft.next,
            presented: draft.presented as Presented,
            match: "current",
            transport: this.#transport,
            resumed: { token: draft.token as SessionToken, headers },
          };
        });
      },
    );
  }

  /**
   * Whether nobody has ended the login meanwhile, by a logout or a revocation. If so the session that has just been written ends as well: those end the token
   * before the session, so whichever of the two they came upon last is the one that is looked at here.
   */
  #holds(
    { id, secret }: Identity,
    remembered: LoadedRecord,
  ): MaybePromise<true | Stray | undefined> {
    const { clock, cookie } = this.#tokens;
    return chain(this.#store.read(id), (record) => {
      if (!record) return this.#takeBack(remembered);
      // Of another login by now: the session is that one's.
      const hash = hashSecret(secret, cookie.name);
      return isAuthorised(matchSecret(openRecord(record).state, hash, clock())) || STRAY;
    });
  }

  /** Of a page that does not come back because somebody has logged in: just now, and the client gets that one's token. */
  strayFrom(session: LoadedRecord | undefined): Stray | undefined {
    const { clock, timeouts } = this.#sessions;
    const since = clock() - (session?.record.authenticatedAt ?? 0);
    return since < timeouts.rotationGrace ? STRAY : undefined;
  }

  /** Ends the session again, unless somebody has logged in in it since: that can be told only together with its version. */
  #takeBack(remembered: LoadedRecord): MaybePromise<Stray | undefined> {
    const { clock, store, timeouts } = this.#sessions;
    return chain(this.session(remembered.record.id), (session) => {
      if (!session || isOutdated(remembered, session)) return this.strayFrom(session);
      const marker = composeMarker(session, clock(), timeouts.rotationGrace);
      return chain(store.update(marker, session.record.version), (outcome) => {
        return outcome === "stale" ? this.#takeBack(remembered) : undefined;
      });
    });
  }

  /** Goes on with the session where it lives, and else begins it anew under its id. */
  #takeOver(
    remembered: LoadedRecord,
    beginning: Beginning,
    session: LoadedRecord | undefined,
    tries = 1,
  ): MaybePromise<Draft | Stray | undefined> {
    const { store, limit } = this.#sessions;
    const { id, userId } = remembered.record;
    if (tries > MAX_ATTEMPTS) throw new SessionConflictError(tries);
    if (isOutdated(remembered, session)) return this.strayFrom(session);
    const { cookie } = this.#sessions;
    const secret = secretOf(beginning.seed, beginning.lineage, cookie.name);
    const auth = { resumed: hashSecret(secret, cookie.name) };
    const draft = session
      ? draftOn(this.#sessions, session, beginning, auth)
      : draftAnew(this.#sessions, remembered, beginning, auth);
    // Another request of the same browser was faster.
    if (session && session.state.auth?.resumed === draft.presented?.hash) {
      // And has gone on: a step-up, or whom it acts for, must not be undone, nor the token of before it be good again.
      return session.state.hash === draft.presented?.hash ? { ...draft, next: session } : STRAY;
    }
    const { record } = draft.next;
    const outcome = session
      ? store.update(record, session.record.version)
      : store.create(record, limit);
    return chain(outcome, (it) => {
      if (it === "exists" && tries > 1) {
        // Over by our clock, and there by that of the store: it is in the way.
        return chain(this.#dropExpired(id), () =>
          this.#takeOver(remembered, beginning, undefined, tries + 1),
        );
      }
      if (it === "stale" || it === "gone" || it === "exists") {
        return chain(this.session(id), (now) =>
          this.#takeOver(remembered, beginning, now, tries + 1),
        );
      }
      // The user has as many sessions as they may have: this client has to log in.
      if (it === "full") return undefined;
      heedLimit(this.#sessions, it);
      this.#sessions.events.emit("resumed", { id, userId: userId ?? "" });
      return draft;
    });
  }

  #dropExpired(id: SessionId): MaybePromise<unknown> {
    const { store, clock } = this.#sessions;
    return chain(store.read(id), (record) => {
      if (!record) return;
      const { state } = openRecord(record);
      if (!isExpired(record, state, clock())) return;
      // By its version, so that a login which has just gone on with it stays. Long ago by any clock.
      const marker = composeMarker({ record, state }, clock(), 0);
      return store.update({ ...marker, expiresAt: 1 }, record.version);
    });
  }
}
