import { each } from "../each.ts";
import { SessionConflictError, SessionStoreError } from "../errors.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import { MAX_ATTEMPTS } from "../session/batch.ts";
import { saveUnit } from "../session/commit.ts";
import type { Draft, DraftFacts } from "../session/compose.ts";
import type { Core } from "../session/core.ts";
import { openUnit } from "../session/open.ts";
import { type LoadedRecord, openRecord } from "../session/record.ts";
import { type Remembering, type Resumption, STRAY, type Stray } from "../session/remembering.ts";
import { isAuthorised, matchSecret } from "../session/secrets.ts";
import { tellEnded } from "../session/tell.ts";
import { SessionUnit } from "../session/unit.ts";
import type { SessionRecord, SessionStore } from "../store/contract.ts";
import { hashSecret, parseToken, type SessionId, type SessionToken } from "../token/token.ts";
import type { Transport } from "../transport/transport.ts";
import { draftToken, isOutdated } from "./draft.ts";
import { TakeOver } from "./take-over.ts";

/**
 * The logins that a manager remembers. Each is a session of its own in another store and another cookie, under the id of the session that it brings back: so rotation,
 * its grace, lost responses and theft are those of any session. This file and `take-over.ts` alone call their stores.
 */
export class RememberedLogins implements Remembering {
  readonly #sessions: Core;
  readonly #tokens: Core;
  readonly #store: SessionStore;
  readonly #transport: Transport;
  readonly #back: TakeOver;

  /** `tokens`: the manager of the tokens, with `store` as it is. The manager's own ends a session with its token. */
  constructor(sessions: Core, tokens: Core, store: SessionStore, transport: Transport) {
    this.#sessions = sessions;
    this.#tokens = tokens;
    this.#store = store;
    this.#transport = transport;
    this.#back = new TakeOver(sessions, tokens, store, transport);
  }

  get lifetime(): number {
    return this.#tokens.timeouts.absolute;
  }

  resume(
    request: SessionRequest,
    facts: RequestFacts | undefined,
  ): MaybePromise<Resumption | Stray | undefined> {
    if (!this.#brings(request)) return undefined;
    return chain(openUnit(this.#tokens, request, facts, undefined), (unit) => {
      const { loaded, match } = unit;
      // One in its grace was exchanged a moment ago: the client has, or is about to get, what another response brings.
      if (match === "superseded" || match === "grace") return STRAY;
      if (!loaded) return undefined;
      // Looked at before the exchange: what a login writes to the session after this is noticed by its version.
      return chain(this.#back.session(loaded.record.id), (session) => {
        if (isOutdated(loaded, session)) return this.#back.strayFrom(session);
        unit.want({ rotate: true, strict: true });
        return chain(saveUnit(this.#tokens, unit, true), (change) => {
          const next = change && parseToken(change);
          if (next) return this.#back.bring(unit, next, change as SessionToken, session);
          // A login was faster: it has got another token, or is not remembered.
          if (!change) return STRAY;
          return chain(this.#back.session(loaded.record.id), (now) => this.#back.strayFrom(now));
        });
      });
    });
  }

  settle(unit: SessionUnit, remembers: boolean): MaybePromise<void> {
    const { loaded, opened, request } = unit;
    return chain(this.#giveUp(request, loaded?.record.id), () => {
      if (remembers && loaded) return this.#remember(unit, loaded);
      const brings = this.#brings(request);
      // Also where the request does not bring it, as with a Path of its own.
      const told = unit.toldBeside || unit.beside[0];
      const had = brings || told || opened?.state.remember;
      return chain(had && loaded && this.forget(loaded.record.id), () => {
        // What this response has told so far, it takes back.
        unit.beside =
          brings || told ? this.#transport.write(this.#tokens, this.#unitFor(unit), "clear") : [];
      });
    });
  }

  confirm(unit: SessionUnit): MaybePromise<void> {
    const { loaded, presented } = unit;
    const { store, clock, onStoreError } = this.#sessions;
    return attempt<void>(
      () =>
        chain(loaded && store.read(loaded.record.id), (record) => {
          const hash = presented?.hash;
          const match = record && hash && matchSecret(openRecord(record).state, hash, clock());
          // Else another page has got a newer token, by a login or a rotation, which this one must not replace.
          if (match !== "current") forgetTold(unit);
        }),
      (error) => {
        if (onStoreError !== "anonymous" || !(error instanceof SessionStoreError)) throw error;
        forgetTold(unit);
      },
    );
  }

  forget(id: SessionId): MaybePromise<unknown> {
    return this.#store.destroy(id);
  }

  list(userId: string): MaybePromise<readonly SessionRecord[]> {
    return this.#store.listByUser?.(userId) ?? [];
  }

  #brings(request: SessionRequest): boolean {
    return this.#transport.read(this.#tokens, request).length > 0;
  }

  /**
   * A token of another session than this one, as of one that the client could not go back to: its cookie is about to be replaced, so nobody but a thief would
   * ever use it again.
   */
  #giveUp(request: SessionRequest, but: SessionId | undefined): MaybePromise<unknown> {
    const { clock, cookie, store } = this.#tokens;
    const given = this.#transport.read(this.#tokens, request).map(parseToken);
    return each(given, (it) => {
      if (!it || it.id === but) return;
      return chain(this.#store.read(it.id), (record) => {
        const hash = hashSecret(it.secret, cookie.name);
        // Whoever knows no more than an id ends nothing.
        if (!record || !isAuthorised(matchSecret(openRecord(record).state, hash, clock()))) return;
        return chain(store.destroy(it.id), () => tellEnded(this.#sessions, [it.id], "destroyed"));
      });
    });
  }

  /** A login that is to be remembered has been written. */
  #remember(unit: SessionUnit, loaded: LoadedRecord): MaybePromise<void> {
    const { record, state } = loaded;
    const { id } = record;
    const own = this.#unitFor(unit);
    return attempt<void>(
      () =>
        chain(this.#token(record, state.device), ({ next, token }) =>
          // A revocation may have come between: it ends the token after the session once more, so one of the two sees the other.
          chain(this.#back.session(id), (session) => {
            if (!session || isOutdated(loaded, session)) return this.#forgetOwn(id, next);
            own.loaded = next;
            unit.beside = this.#transport.write(this.#tokens, own, token as SessionToken);
            this.#sessions.events.emit("remembered", { id, userId: record.userId ?? "" });
          }),
        ),
      (error) => {
        // The login stands: it is only that it is not remembered, of which the event has told.
        if (!(error instanceof SessionStoreError)) throw error;
      },
    );
  }

  /** The session of a login is over, or a later login's: only that one's token may stay. */
  #forgetOwn(id: SessionId, { state }: LoadedRecord): MaybePromise<void> {
    return chain(this.#store.read(id), (record) => {
      const own = record && openRecord(record).state.hash === state.hash;
      return chain(own && this.forget(id), () => {});
    });
  }

  /** A new token for a login, in place of any that its session had. */
  #token(login: SessionRecord, device: DraftFacts["device"], tries = 1): MaybePromise<Draft> {
    if (tries > MAX_ATTEMPTS) throw new SessionConflictError(tries);
    return chain(this.#store.read(login.id), (record) => {
      const before = record && openRecord(record);
      const draft = draftToken(this.#tokens, login, device, before);
      const outcome = before
        ? this.#store.update(draft.next.record, before.record.version)
        : this.#store.create(draft.next.record);
      return chain(outcome, (it) => (it === "ok" ? draft : this.#token(login, device, tries + 1)));
    });
  }

  /** A unit of the tokens, in the same request. */
  #unitFor({ request, facts }: SessionUnit): SessionUnit {
    return new SessionUnit({ core: this.#tokens, request, facts }, { transport: this.#transport });
  }
}

/** What was to be told of a session that was brought back is out of date. */
function forgetTold(unit: SessionUnit): void {
  unit.untold = undefined;
  unit.beside = [];
}
