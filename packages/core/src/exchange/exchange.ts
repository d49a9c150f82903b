import { SessionNotLoadedError } from "../errors.ts";
import { chain, isPromise, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { isSettled, isUntouched } from "../session/idle.ts";
import type { SessionHolder, Sessions } from "../session/manager.ts";
import { type Session, unitOf } from "../session/session.ts";
import type { ResponseChannel } from "../session/unit.ts";
import { cookieNamesOf } from "./headers.ts";

export interface ExchangeOptions {
  readonly facts?: RequestFacts | undefined;
  /** Nothing is read before `sessions.load(request)`. */
  readonly lazy?: boolean | undefined;
}

const NO_HEADERS: readonly HeaderPair[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * One request and its response, seen from a framework package: `load` before the handler, `commit` before the headers leave and again
 * before the end, and the headers in between.
 */
export class Exchange<Data extends object = Record<string, unknown>>
  implements SessionHolder<Data>, ResponseChannel
{
  /** The response has begun: from now on a change that needs a cookie throws. */
  headersLeft = false;
  /** The response has ended: from now on every change throws, since nothing would commit it. */
  ended = false;
  /** The status with which the package answers in place of the application, with the headers of the commit: a hand-off code has to leave its URL. */
  readonly answer: number | undefined;
  /** Whether the application loads the session itself. */
  readonly isLazy: boolean;

  readonly #sessions: Sessions<Data>;
  readonly #request: SessionRequest;
  readonly #facts: RequestFacts | undefined;
  #session: Session<Data> | undefined;
  #loading: Promise<Session<Data>> | undefined;
  #committing: Promise<void> | undefined;
  /** What the response carries whatever becomes of the session: it has to do with the URL alone. */
  readonly #always: readonly HeaderPair[];
  #headers: readonly HeaderPair[];
  #given = NO_HEADERS;
  #failed = false;
  #cookieNames = NO_NAMES;
  /** The last commit has told whether the response depends on the session; `undefined` before it. */
  #told: boolean | undefined;
  #abstains = false;
  #taken = false;

  constructor(sessions: Sessions<Data>, request: SessionRequest, options: ExchangeOptions) {
    this.#sessions = sessions;
    this.#request = request;
    this.#facts = options.facts;
    this.answer = sessions.answerTo(request);
    this.#always = sessions.secrecyOf(request);
    this.#headers = this.#always;
    this.isLazy = this.answer === undefined && (options.lazy ?? false);
  }

  /** Opens the session, once. */
  load(): MaybePromise<Session<Data>> {
    if (this.#session) return this.#session;
    if (this.#loading) return this.#loading;
    const opened = this.#sessions.open(this.#request, this.#facts, this);
    if (isPromise(opened)) this.#loading = opened.then((session) => this.#keep(session));
    return this.#loading ?? this.#keep(opened as Session<Data>);
  }

  /** The session, once it is loaded. */
  get session(): Session<Data> {
    if (this.#session) return this.#session;
    throw new SessionNotLoadedError(
      this.isLazy
        ? "this plugin is lazy: `await sessions.load(req)` before the session is used"
        : "the session could not be loaded, or is being loaded still",
    );
  }

  /**
   * Nothing of this request is written, not even that the client was seen, if nothing has been done to the session by now. Gives the session, if it is loaded. One that a
   * remember-me token has opened is told to the client all the same: that token is used up.
   */
  abstain(): Session<Data> | undefined {
    const unit = this.#session && unitOf(this.#session);
    this.#abstains = !!unit && !unit.resumed && isUntouched(unit);
    return this.#session;
  }

  /**
   * The session, for who commits it by hand and tells the client by an answer of their own. As long as they have not given it back nothing of this request is committed or told
   * here, so that what they leave half done is lost with the request, and not saved behind their back.
   */
  takeOver(): MaybePromise<Session<Data>> {
    return chain(this.load(), (session) => {
      this.setAside();
      return session;
    });
  }

  /** The same without the session, for a request that is none of the client's own acts: whatever was done to it is not saved. */
  setAside(): void {
    this.#taken = true;
  }

  /** What is done to the session from now on is committed and told here again. */
  giveBack(): void {
    this.#taken = false;
  }

  /**
   * Writes the session down. A failure is final for this response: it then carries nothing of the session, so that what the client
   * holds stays as it is. `isLast`: see `isSettled`.
   */
  commit(isLast = true): MaybePromise<void> {
    const session = this.#session;
    if (session === undefined || this.#failed || this.#abstains || this.#taken) return;
    // Who asks while a commit is under way shares its failure: tried again it might succeed, for a response that has failed.
    if (this.#committing) return this.#committing.then(() => this.commit(isLast));
    const unit = unitOf(session);
    const { looked } = unit;
    let done: MaybePromise<unknown>;
    try {
      // A framework may ask several times for one response: before it sends it, at its head, at its end.
      if (looked === this.#told && isSettled(unit.core, unit, isLast)) return;
      done = this.#sessions.commit(session);
    } catch (error) {
      return this.#fail(error);
    }
    if (!isPromise(done)) {
      this.#told = looked;
      return;
    }
    this.#committing = this.#committed(done, looked);
    return this.#committing;
  }

  /** The cookies that were told so far. */
  get cookieNames(): ReadonlySet<string> {
    return this.#cookieNames;
  }

  /** The headers that the response needs and does not have yet. Of each cookie the last Set-Cookie is the one that counts. */
  get headers(): readonly HeaderPair[] {
    return this.#headers;
  }

  /** Of those that a framework has taken: what has to be there still when the head leaves, whatever its later hooks set. */
  get given(): readonly HeaderPair[] {
    return this.#given;
  }

  /** The framework has taken them. */
  delivered(): void {
    const headers = this.#headers;
    this.#given = headers.some(isCookie) ? headers.filter((it) => !isCookie(it)) : headers;
    this.#headers = NO_HEADERS;
  }

  /** Takes the headers of a commit, also of one that a handler made by hand. */
  deliver(headers: readonly HeaderPair[]): void {
    if (headers.length === 0 || this.#taken) return;
    if (headers.some(isCookie)) {
      this.#cookieNames = new Set([...this.cookieNames, ...cookieNamesOf(headers)]);
    }
    this.#headers = this.#headers.length === 0 ? headers : replaced(this.#headers, headers);
  }

  async #committed(done: Promise<unknown>, looked: boolean): Promise<void> {
    try {
      await done;
      this.#told = looked;
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#committing = undefined;
    }
  }

  #fail(error: unknown): never {
    this.#failed = true;
    this.#headers = this.#always;
    this.#given = NO_HEADERS;
    throw error;
  }

  #keep(session: Session<Data>): Session<Data> {
    this.#session = session;
    return session;
  }
}

/** The same headers, with those of a later commit in place of what is about the same. */
function replaced(
  before: readonly HeaderPair[],
  headers: readonly HeaderPair[],
): readonly HeaderPair[] {
  const told = new Set(headers.map(subjectOf));
  return [...before.filter((header) => !told.has(subjectOf(header))), ...headers];
}

function isCookie([name]: HeaderPair): boolean {
  return name === "set-cookie";
}

/** What a header is about: of two about the same the later one counts. A session in several cookies, `id` and `id.1`, is told as a whole. */
function subjectOf([name, value]: HeaderPair): string {
  return name === "set-cookie" ? value.slice(0, value.indexOf("=")).replace(/\.\d+$/, "") : name;
}
