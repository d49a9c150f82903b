import { fail } from "../config.ts";
import type { CookiePolicy } from "../cookie/policy.ts";
import { SessionNotLoadedError } from "../errors.ts";
import type { EventSource } from "../events.ts";
import { isPromise, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { SessionId, SessionToken } from "../token/token.ts";
import { commitUnit } from "./commit.ts";
import { type Core, coreOf } from "./core.ts";
import type { HeaderPair } from "./delivery.ts";
import type { EndListener } from "./ends.ts";
import { openUnit } from "./open.ts";
import type { SessionsOptions } from "./options.ts";
import { Session, unitOf } from "./session.ts";
import type { ResponseChannel } from "./unit.ts";
import { issueToken, listSessions, type SessionInfo } from "./users.ts";

/** The inside of a manager, for the core only. */
export let coreIn: <Data extends object>(sessions: Sessions<Data>) => Core;

/** Where a framework package keeps a request's session. */
export interface SessionHolder<Data extends object> {
  /** Throws a `SessionNotLoadedError` as long as it is not loaded. */
  readonly session: Session<Data>;
  load(): MaybePromise<Session<Data>>;
}

/**
 * The manager of one kind of session: opens and commits them, lists and revokes them. Made by `createSessions`.
 * Where a store answers at once, so does every method; with `await` both look the same.
 */
export class Sessions<Data extends object = Record<string, unknown>> {
  /** What happens to sessions, as it happens. Also on `node:diagnostics_channel`, as `coatcheck:<name>`. */
  readonly events: EventSource;

  readonly #core: Core;
  /** Where a request keeps its exchange with this manager; another manager has another key. */
  readonly #key = Symbol("coatcheck");

  static {
    coreIn = (sessions) => sessions.#core;
  }

  /** Throws a `SessionConfigError` for any option that is unknown, impossible or unsafe. */
  constructor(options: SessionsOptions<Data> = {}) {
    this.#core = coreOf(options);
    this.events = this.#core.events;
  }

  /** For packages: how the cookie of the sessions is set. */
  get cookie(): CookiePolicy {
    return this.#core.cookie;
  }

  /** Whether `revoke` can end a session: not where it lives in its token and nothing remembers which have ended (`revocation: "none"`). */
  get revocable(): boolean {
    return this.#core.strategy.revocable;
  }

  /** For packages: how long a session lives from its login on whatever happens, in milliseconds. With remember-me tokens, how long one may bring it back. */
  get longest(): number {
    const { timeouts, remembering } = this.#core;
    return Math.max(timeouts.absolute, remembering?.lifetime ?? 0);
  }

  /**
   * The session of whatever has headers: an `IncomingMessage` (an upgrade request too), a `Request`, `{ headers }`. Always gives one; a visitor without a good
   * token gets a new one, of which nothing is stored until something is written.
   * Throws `SessionStoreError` (503) and `CrossOriginError` (403).
   */
  open(
    request: SessionRequest,
    facts?: RequestFacts,
    channel?: ResponseChannel,
  ): MaybePromise<Session<Data>> {
    const unit = openUnit(this.#core, request, facts, channel);
    return isPromise(unit) ? unit.then((it) => new Session<Data>(it)) : new Session<Data>(unit);
  }

  /**
   * Writes down what was done to the session, in one step, and gives the headers that the response needs: none when there is
   * nothing to say. May be called again after further changes.
   */
  commit(session: Session<Data>): MaybePromise<HeaderPair[]> {
    return commitUnit(this.#core, unitOf(session));
  }

  /**
   * For a request that brings a hand-off code in its URL: the status with which to answer in place of the application, with the headers
   * that `commit` gives. `undefined` for every other request. Framework packages do it by themselves.
   */
  answerTo(request: SessionRequest): number | undefined {
    return this.#core.inUrl?.answerTo(request);
  }

  /** For framework packages: the headers that keep a secret in the URL where it is. Every response carries them, a failure too. */
  secrecyOf(request: SessionRequest): readonly HeaderPair[] {
    return this.#core.inUrl?.secrecy(request) ?? [];
  }

  /** The session of a request that a framework package has opened. Throws a `SessionNotLoadedError` if none has. */
  of(request: object): Session<Data> {
    return this.#holderOf(request).session;
  }

  /** Reads the session of a request under a lazy plugin; repeated calls read once. */
  load(request: object): MaybePromise<Session<Data>> {
    return this.#holderOf(request).load();
  }

  /** For framework packages: says where `of` and `load` find this request's session. */
  bind(request: object, holder: SessionHolder<Data>): void {
    (request as Bound<Data>)[this.#key] = holder;
  }

  /** For framework packages: what was bound to this very request. */
  bound(request: object): SessionHolder<Data> | undefined {
    return (request as Bound<Data>)[this.#key];
  }

  /** A user's live sessions, the latest login first; `current` is the id of the one that asks, to be told from the others. Needs a store that can list by user; for sessions that live in their token also `limits`. */
  async list(userId: string, options: { current?: string } = {}): Promise<SessionInfo[]> {
    return listSessions(this.#core, userId, options.current);
  }

  /**
   * Ends one session. `false` if there was none of that id, as far as can be known of one that lives in its token. An id is no secret: where it comes from a user, name
   * them as `userId`, and only a session of theirs ends.
   */
  async revoke(id: string, { userId }: { userId?: string | undefined } = {}): Promise<boolean> {
    // Whose it is does not change: another user's login is another session.
    if (userId !== undefined && !(await this.list(userId)).some((it) => it.id === id)) return false;
    return this.#core.strategy.revoke(this.#core, id);
  }

  /**
   * Ends all sessions of a user, or all but one; how many ended. Needs a store that can list by user; sessions that live in their token need
   * a revocation store, and `NaN` says that without `limits` nobody has counted them.
   */
  async revokeUser(userId: string, options: { except?: string } = {}): Promise<number> {
    return this.#core.strategy.revokeUser(this.#core, userId, options.except);
  }

  /**
   * Ends all other sessions of the user who is logged in, as after a change of password (OWASP ASVS 7.4.3), and gives this one a new token with the next
   * commit: whoever has a copy of the old one is out. How many ended.
   */
  async revokeOthers(session: Session<Data>): Promise<number> {
    const unit = unitOf(session);
    const { userId, auth = {} } = unit.deliverable("revokeOthers()");
    if (userId === undefined) throw new TypeError("revokeOthers(): nobody is logged in");
    unit.want({ auth });
    // A copy of the remember-me token is as good as one of the session's.
    await this.#core.remembering?.forget(session.id);
    unit.remembers = unit.loaded?.state.remember;
    return this.revokeUser(userId, { except: session.id });
  }

  /**
   * Calls `listener` once when the session is over, logged out here or elsewhere, revoked or expired, so that what is open for it can be closed, as a WebSocket. At
   * once for what ends in this process; for other processes at once if the store can notify (Redis with `subscriber`, Postgres with `listen`), else
   * within seconds, by looking. Of a session that lives in its token only as far as a revocation store knows. The function returned ends it.
   */
  onEnd(id: string, listener: EndListener): () => void {
    return this.#core.ends.on(id as SessionId, listener);
  }

  /** Starts a session for a user without a request: the token is for a client that keeps no cookies. */
  async issue(userId: string): Promise<SessionToken> {
    return issueToken(this.#core, userId);
  }

  /**
   * The URL with a code in it by which another host of this application starts a session for the same client, once and within a minute.
   * The session must be stored. Needs `query(name, { to })` among the transports; `url` must lead to one of `to`.
   */
  async handOff(session: Session<Data>, url: string | URL): Promise<string> {
    return (
      this.#core.inUrl?.handOff(unitOf(session), url) ??
      fail("transport", "must have query() for handOff()")
    );
  }

  /** Removes expired sessions from the store; how many went. `0` where the store does it by itself. */
  async sweep(): Promise<number> {
    return this.#core.store.sweep?.() ?? 0;
  }

  /** Closes the store. */
  async close(): Promise<void> {
    await this.#core.store.close?.();
  }

  /** Bound to a raw request, or to the one inside a framework's request or context. */
  #holderOf(request: object): SessionHolder<Data> {
    const own = this.bound(request);
    if (own) return own;
    const { raw, req } = request as { readonly raw?: object; readonly req?: object };
    const inner = (raw && this.bound(raw)) ?? (req && this.bound(req));
    if (inner) return inner;
    throw new SessionNotLoadedError(
      "this request has no session: register the framework package, or see if the route opted out",
    );
  }
}

type Bound<Data extends object> = Record<symbol, SessionHolder<Data> | undefined>;

/** The type of a manager's sessions: `SessionOf<typeof sessions>`. */
export type SessionOf<Manager> = Manager extends Sessions<infer Data> ? Session<Data> : never;

/**
 * Makes a session manager. Everything has a safe default, so `createSessions()` works; `Data` says what sessions hold.
 *
 * @throws SessionConfigError for any option that is unknown, impossible or unsafe, with the remedy in its message.
 */
export function createSessions<Data extends object = Record<string, unknown>>(
  options?: SessionsOptions<Data>,
): Sessions<Data> {
  return new Sessions<Data>(options);
}
