import { SessionNotLoadedError } from "../errors.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { Sessions } from "../session/manager.ts";
import { type Session, unitOf } from "../session/session.ts";

export interface AttachOptions {
  readonly facts?: RequestFacts | undefined;
  /** Nothing is read before `sessions.load(request)`. */
  readonly lazy?: boolean | undefined;
}

const NO_HEADERS: readonly HeaderPair[] = [];

/**
 * One request and its response, seen from a framework package: `load` before the handler, `commit` before the headers leave and again
 * before the end, and the headers in between.
 */
export class Exchange<Data extends object = Record<string, unknown>> {
  readonly #sessions: Sessions<Data>;
  readonly #request: SessionRequest;
  readonly #facts: RequestFacts | undefined;
  readonly #lazy: boolean;
  #session: Session<Data> | undefined;
  #loading: Promise<Session<Data>> | undefined;
  #committing: Promise<void> | undefined;
  #headers: readonly HeaderPair[] = NO_HEADERS;
  #headersLeft = false;
  #failed = false;

  constructor(sessions: Sessions<Data>, request: SessionRequest, options: AttachOptions) {
    this.#sessions = sessions;
    this.#request = request;
    this.#facts = options.facts;
    this.#lazy = options.lazy ?? false;
  }

  /** Opens the session, once. */
  load(): MaybePromise<Session<Data>> {
    if (this.#session) return this.#session;
    if (this.#loading) return this.#loading;
    const opened = this.#sessions.open(this.#request, this.#facts);
    if (!isPromise(opened)) return this.#keep(opened);
    this.#loading = opened.then((session) => this.#keep(session));
    return this.#loading;
  }

  /** The session, once it is loaded. */
  get session(): Session<Data> {
    if (this.#session) return this.#session;
    throw new SessionNotLoadedError(
      this.#lazy
        ? "this plugin is lazy: `await sessions.load(req)` before the session is used"
        : "the session could not be loaded, or is being loaded still",
    );
  }

  /** Whether the application loads the session itself. */
  get isLazy(): boolean {
    return this.#lazy;
  }

  /** Whether a commit would have anything to look at. */
  get isLoaded(): boolean {
    return this.#session !== undefined;
  }

  /**
   * Writes the session down. A failure is final for this response: it then carries no header of ours, so that what the client
   * holds stays as it is.
   */
  commit(): MaybePromise<void> {
    const session = this.#session;
    if (session === undefined || this.#failed) return;
    // Who asks while a commit is under way shares its failure: tried again it might succeed, for a response that has failed.
    if (this.#committing) return this.#committing.then(() => this.commit());
    const done = attempt<void>(
      () => chain(this.#sessions.commit(session), () => undefined),
      (error) => {
        this.#failed = true;
        this.#headers = NO_HEADERS;
        throw error;
      },
    );
    if (!isPromise(done)) return;
    this.#committing = done.finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  /** The headers that the response needs and does not have yet. The last Set-Cookie is the one that counts. */
  get headers(): readonly HeaderPair[] {
    return this.#headers;
  }

  /** The response has them now. */
  delivered(): void {
    this.#headers = NO_HEADERS;
  }

  /** The response has begun: from now on a change that needs a cookie throws. */
  headersLeave(): void {
    this.#headersLeft = true;
    if (this.#session) unitOf(this.#session).headersLeft = true;
  }

  #keep(session: Session<Data>): Session<Data> {
    const unit = unitOf(session);
    unit.headersLeft = this.#headersLeft;
    unit.deliver = (headers) => this.#gather(headers);
    this.#session = session;
    return session;
  }

  #gather(headers: readonly HeaderPair[]): void {
    if (headers.length === 0) return;
    if (this.#headers.length === 0) {
      this.#headers = headers;
      return;
    }
    const names = new Set(headers.map(([name]) => name));
    this.#headers = [...this.#headers.filter(([name]) => !names.has(name)), ...headers];
  }
}
