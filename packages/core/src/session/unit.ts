import type { SessionStoreError } from "../errors.ts";
import { SessionDestroyedError, SessionTooLateError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import { type Identity, mintIdentity, type Secret, type SecretHash } from "../token/token.ts";
import { Flash } from "./flash.ts";
import type { LoadedRecord } from "./record.ts";
import { WorkingCopy } from "./working-copy.ts";

/** The token that the client came with, once it was found good. */
export interface Presented {
  readonly secret: Secret;
  readonly hash: SecretHash;
}

/** What `login` was asked for. */
export interface LoginIntent {
  readonly userId: string;
  readonly remember: boolean;
  /** Keys of the anonymous session that survive; `undefined`: all. */
  readonly keep: readonly string[] | undefined;
}

/** What a request wants of its session, beside the data. */
export interface Intent {
  touch: boolean;
  rotate: boolean;
  regenerate: boolean;
  destroy: boolean;
  login: LoginIntent | undefined;
}

export interface UnitOptions {
  readonly random: Random;
  readonly request: SessionRequest;
  readonly facts: RequestFacts | undefined;
  /** The data as text, in today's shape. */
  readonly data: string;
  readonly loaded?: LoadedRecord | undefined;
  readonly presented?: Presented | undefined;
  /** The client sent our cookie, whatever it was worth. */
  readonly claimed: boolean;
  /** It came with a token that a login or a regenerate replaced a moment ago: the client has, or is about to get, a newer one. */
  readonly stray?: boolean | undefined;
  /** An unsafe cross-origin request without a session: it must not start one. */
  readonly foreign?: boolean | undefined;
  /** The store failed and the request is served as nobody. */
  readonly degraded?: SessionStoreError | undefined;
}

/** The inside of a `Session`: one request's unit of work. Everything here is intent; the commit alone does I/O. */
export class SessionUnit {
  readonly request: SessionRequest;
  readonly facts: RequestFacts | undefined;
  readonly stray: boolean;
  readonly foreign: boolean;
  readonly degraded: SessionStoreError | undefined;
  readonly isNew: boolean;
  readonly copy: WorkingCopy;
  readonly flash: Flash;
  claimed: boolean;
  /** The record as this request last knew it. */
  loaded: LoadedRecord | undefined;
  presented: Presented | undefined;
  intent: Intent = noIntent();
  /** The application read something of the session, so the response depends on the cookie. */
  looked = false;
  /** The response's headers are gone: nothing that needs a cookie can happen any more. */
  headersLeft = false;
  /** The session ended under this request. */
  ended = false;
  /** The commit under way: the next one waits for it. */
  committing: Promise<unknown> | undefined;

  readonly #random: Random;
  #identity: Identity | undefined;

  constructor(options: UnitOptions) {
    this.request = options.request;
    this.facts = options.facts;
    this.stray = options.stray ?? false;
    this.foreign = options.foreign ?? false;
    this.degraded = options.degraded;
    this.claimed = options.claimed;
    this.loaded = options.loaded;
    this.presented = options.presented;
    this.isNew = options.loaded === undefined;
    this.copy = new WorkingCopy(options.data);
    this.flash = new Flash(options.loaded?.state.flash);
    this.#random = options.random;
  }

  /** Id and secret of the session that this request would start. */
  get identity(): Identity {
    this.#identity ??= mintIdentity(this.#random);
    return this.#identity;
  }

  /** The stored session that the next commit continues, if it continues one. */
  get continued(): LoadedRecord | undefined {
    return this.intent.regenerate || this.intent.destroy || this.ended ? undefined : this.loaded;
  }

  get userId(): string | undefined {
    if (this.intent.login) return this.intent.login.userId;
    return this.continued?.record.userId ?? undefined;
  }

  /** Forgets what was there and what was done: from here on a new session. */
  startOver(): void {
    this.#identity = undefined;
    this.copy.reset();
    this.flash.clear();
    this.intent = { ...noIntent(), regenerate: this.loaded !== undefined };
    this.ended = false;
  }

  /** A change of data: it needs a session that lives, and a new one needs a cookie. */
  requireWritable(what: string): void {
    if (this.intent.destroy || this.ended) throw new SessionDestroyedError(what);
    if (this.headersLeft && this.continued === undefined) {
      throw new SessionTooLateError(what, "start the session before the response begins");
    }
  }

  /** A change of identity: the client has to be told. */
  requireDeliverable(what: string): void {
    if (this.headersLeft) {
      throw new SessionTooLateError(
        what,
        "do it before the response begins, or use sessions.revoke(id)",
      );
    }
  }

  /** Hands the intent to a commit; what is wanted from now on is for the next one. */
  takeIntent(): Intent {
    const taken = this.intent;
    // What it says of identity stays true for the handler until the commit has replaced `loaded`.
    this.intent = { ...taken, touch: false, rotate: false };
    return taken;
  }

  /** The next new session of this unit gets another id. */
  forgetIdentity(): void {
    this.#identity = undefined;
  }
}

export function noIntent(): Intent {
  return { touch: false, rotate: false, regenerate: false, destroy: false, login: undefined };
}
