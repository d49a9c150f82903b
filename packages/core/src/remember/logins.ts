import { each } from "../each.ts";
import { SessionConflictError, SessionStoreError } from "../errors.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { Authentication } from "../session/authentication.ts";
import { saveUnit } from "../session/commit.ts";
import {
  composeMarker,
  composeNext,
  composeStart,
  type Draft,
  type DraftFacts,
} from "../session/compose.ts";
import type { Core } from "../session/core.ts";
import { isExpired } from "../session/lifetime.ts";
import { heedLimit } from "../session/limit.ts";
import { openUnit } from "../session/open.ts";
import { type LoadedRecord, openRecord } from "../session/record.ts";
import { type Remembering, type Resumption, STRAY, type Stray } from "../session/remembering.ts";
import { isAuthorised, matchSecret } from "../session/secrets.ts";
import { tellEnded } from "../session/tell.ts";
import { type Presented, SessionUnit } from "../session/unit.ts";
import type { SessionRecord, SessionStore } from "../store/contract.ts";
import {
  type Beginning,
  hashSecret,
  type Identity,
  mintBeginning,
  parseToken,
  type SessionId,
  type SessionToken,
  secretOf,
} from "../token/token.ts";
import type { Transport } from "../transport/transport.ts";
import { firstVersion, succession } from "./succession.ts";

/** A writer that loses this often in a row gives up: each loss means that somebody else's write went through. */
const MAX_ATTEMPTS = 100;

/**
 * The logins that a manager remembers. Each is a session of its own in another store and another cookie, under the id of the session that it brings back: so rotation,
 * its grace, lost responses and theft are those of any session. The only file of theirs that calls a store.
 */
export class RememberedLogins implements Remembering {
  readonly #sessions: Core;
  readonly #tokens: Core;
  readonly #store: SessionStore;
  readonly #transport: Transport;

  /** `tokens`: the manager of the tokens, with `store` as it is. The manager's own ends a session with its token. */
  constructor(sessions: Core, tokens: Core, store: SessionStore, transport: Transport) {
    this.#sessions = sessions;
    this.#tokens = tokens;
    this.#store = store;
    this.#transport = transport;
  }

  resume(
    request: SessionRequest,
    facts: RequestFacts | undefined,
  ): MaybePromise<Resumption | Stray | undefined> {
    if (!this.#brings(request)) return undefined;
    return chain(openUnit(this.#tokens, request, facts, undefined), (unit) => {
      const { loaded, opening } = unit;
      // One in its grace was exchanged a moment ago: the client has, or is about to get, what another response brings.
      if (opening.match === "superseded" || opening.match === "grace") return STRAY;
      if (!loaded) return undefined;
      // Looked at before the exchange: what a login writes to the session after this is noticed by its version.
      return chain(this.#session(loaded.record.id), (session) => {
        if (isOutdated(loaded, session)) return this.#strayFrom(session);
        unit.want({ rotate: true, strict: true });
        return chain(saveUnit(this.#tokens, unit, true), (change) => {
          const next = change && parseToken(change);
          if (next) return this.#resumed(unit, next, change as SessionToken, session);
          // A login was faster: it has got another token, or is not remembered.
          if (!change) return STRAY;
          return chain(this.#session(loaded.record.id), (now) => this.#strayFrom(now));
        });
      });
    });
  }

  settle(unit: SessionUnit, remembers: boolean): MaybePromise<void> {
    const { loaded, opening } = unit;
    return chain(this.#giveUp(opening.request, loaded?.record.id), () => {
      if (remembers && loaded) return this.#remember(unit, loaded);
      const brings = this.#brings(opening.request);
      // Also where the request does not bring it, as with a Path of its own.
      const told = unit.toldBeside || unit.beside[0];
      const had = brings || told || opening.loaded?.state.remember;
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

  /** The session to which a token belongs, if it still lives. */
  #session(id: SessionId): MaybePromise<LoadedRecord | undefined> {
    return chain(this.#sessions.store.read(id), (record) => {
      const loaded = record && openRecord(record);
      return loaded && !isExpired(loaded.record, loaded.state, this.#sessions.clock())
        ? loaded
        : undefined;
    });
  }

  #resumed(
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
  #strayFrom(session: LoadedRecord | undefined): Stray | undefined {
    const { clock, timeouts } = this.#sessions;
    const since = clock() - (session?.record.authenticatedAt ?? 0);
    return since < timeouts.rotationGrace ? STRAY : undefined;
  }

  /** Ends the session again, unless somebody has logged in in it since: that can be told only together with its version. */
  #takeBack(remembered: LoadedRecord): MaybePromise<Stray | undefined> {
    const { clock, store, timeouts } = this.#sessions;
    return chain(this.#session(remembered.record.id), (session) => {
      if (!session || isOutdated(remembered, session)) return this.#strayFrom(session);
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
    if (isOutdated(remembered, session)) return this.#strayFrom(session);
    const { cookie } = this.#sessions;
    const secret = secretOf(beginning.seed, beginning.lineage, cookie.name);
    const auth = { resumed: hashSecret(secret, cookie.name) };
    const draft = session
      ? this.#goOn(session, beginning, auth)
      : this.#startAnew(remembered, beginning, auth);
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
      if (it === "stale" || it === "gone" || it === "exists") {
        return chain(this.#session(id), (now) =>
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

  #goOn(session: LoadedRecord, beginning: Beginning, auth: Authentication): Draft {
    const facts = this.#facts(this.#sessions, beginning);
    // The data of somebody acted for goes, as it does when that stops.
    const { actingAs } = session.state.auth ?? {};
    const intent = { auth };
    if (actingAs === undefined) {
      return composeNext(session, "current", { ...facts, intent }, session.record.data);
    }
    const { flash: _, ...state } = session.state;
    return composeNext({ ...session, state }, "current", { ...facts, intent }, "{}");
  }

  #startAnew({ record, state }: LoadedRecord, beginning: Beginning, auth: Authentication): Draft {
    const login = loginOf(record);
    const facts = this.#facts(this.#sessions, beginning);
    const intent = {
      login: { ...login, remember: true as const },
      auth,
      // Not even with a session that it opens at the last moment does the token outlive its lifetime.
      endsAt: Math.min(facts.now + this.#sessions.timeouts.absolute, state.endsAt),
    };
    const draft = composeStart({ ...facts, intent, device: state.device }, "{}");
    return again(draft, record.createdAt, this.#sessions);
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
          chain(this.#session(id), (session) => {
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
    const { random } = this.#tokens;
    const { id } = login;
    if (tries > MAX_ATTEMPTS) throw new SessionConflictError(tries);
    return chain(this.#store.read(id), (record) => {
      const before = record && openRecord(record);
      const own = this.#facts(this.#tokens, { ...mintBeginning(random), id });
      const known = loginOf(login);
      const { absolute } = this.#tokens.timeouts;
      // Also where nobody has authenticated right now, as with `revokeOthers`.
      const intent = {
        login: known,
        endsAt: Math.min(own.now, known.authenticatedAt) + absolute,
      };
      const facts = { ...own, intent, device };
      const draft = before
        ? composeNext(before, "current", facts, "{}")
        : again(composeStart(facts, "{}"), login.createdAt, this.#tokens);
      const outcome = before
        ? this.#store.update(draft.next.record, before.record.version)
        : this.#store.create(draft.next.record);
      return chain(outcome, (it) => (it === "ok" ? draft : this.#token(login, device, tries + 1)));
    });
  }

  #facts(core: Core, beginning: Beginning): Omit<DraftFacts, "intent"> {
    return { core, prospect: { beginning }, now: core.clock() };
  }

  /** A unit of the tokens, in the same request. */
  #unitFor({ opening: { request, facts } }: SessionUnit): SessionUnit {
    const [core, transport] = [this.#tokens, this.#transport];
    return new SessionUnit({ core, transport, request, facts, data: "{}" });
  }
}

/** What was to be told of a session that was brought back is out of date. */
function forgetTold(unit: SessionUnit): void {
  unit.untold = undefined;
  unit.beside = [];
}

/** Whether the session is no longer the one that was remembered: a later login, or one that was regenerated. */
function isOutdated({ record }: LoadedRecord, session: LoadedRecord | undefined): boolean {
  if (!session) return false;
  const { authenticatedAt, userId } = session.record;
  return authenticatedAt !== record.authenticatedAt || userId !== record.userId;
}

function loginOf({ userId, authenticatedAt, createdAt }: SessionRecord) {
  return { userId: userId ?? "", authenticatedAt: authenticatedAt ?? createdAt };
}

/** A record under an id that was used before. */
function again({ next, ...draft }: Draft, createdAt: number, { random }: Core): Draft {
  const record = { ...next.record, createdAt, version: firstVersion(random) };
  return { ...draft, next: { ...next, record } };
}
