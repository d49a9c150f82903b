import type { SessionStoreError } from "../errors.ts";
import { SessionDestroyedError, SessionTooLateError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import { type Identity, mintIdentity, type Secret, type SecretHash } from "../token/token.ts";
import type { HeaderPair } from "./delivery.ts";
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
  readonly touch?: true;
  readonly rotate?: true;
  readonly regenerate?: true;
  readonly destroy?: true;
  readonly login?: LoginIntent;
}

const NO_INTENT: Intent = {};

/** Id and secret of a session that may come to be: drawn when somebody asks. */
export class Prospect {
  readonly #random: Random;
  #identity: Identity | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  get identity(): Identity {
    this.#identity ??= mintIdentity(this.#random);
    return this.#identity;
  }

  /** The id was taken, or has been used. */
  renew(): void {
    this.#identity = undefined;
  }
}

export interface UnitOptions {
  readonly random: Random;
  readonly request: SessionRequest;
  readonly facts: RequestFacts | undefined;
  /** The data as text, in today's shape. */
  readonly data: string;
  /** The data of a session that has none, for one that begins within this request. */
  readonly blank: () => string;
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
  readonly channel?: ResponseChannel | undefined;
}

/** What a framework package tells of its response, and does with our headers. */
export interface ResponseChannel {
  /** The headers are gone: nothing that needs a cookie can happen any more. */
  readonly headersLeft: boolean;
  /** The end is gone too: nothing would commit a change. */
  readonly ended: boolean;
  /** Brings the headers of every commit to the client, also of one that a handler made by hand. */
  deliver(headers: readonly HeaderPair[]): void;
}

/** The inside of a `Session`: one request's unit of work. Everything here is intent; the commit alone does I/O. */
export class SessionUnit {
  readonly request: SessionRequest;
  readonly facts: RequestFacts | undefined;
  readonly stray: boolean;
  readonly foreign: boolean;
  readonly degraded: SessionStoreError | undefined;
  readonly isNew: boolean;
  copy: WorkingCopy;
  flash: Flash;
  prospect: Prospect;
  claimed: boolean;
  /** The record as this request last knew it. */
  loaded: LoadedRecord | undefined;
  presented: Presented | undefined;
  /** What is wanted since the last commit began. */
  intent: Intent = NO_INTENT;
  /** What the commit under way is doing. */
  underWay: Intent | undefined;
  /** The application read something of the session, so the response depends on the cookie. */
  looked = false;
  /** The session ended under this request. */
  ended = false;
  /** The commit under way: the next one waits for it. */
  committing: Promise<unknown> | undefined;
  /** The way to the client, where a framework package has it in hand. */
  readonly channel: ResponseChannel | undefined;

  readonly #random: Random;
  readonly #blank: () => string;

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
    this.channel = options.channel;
    this.copy = new WorkingCopy(options.data);
    this.flash = new Flash(options.loaded?.state.flash);
    this.prospect = new Prospect(options.random);
    this.#random = options.random;
    this.#blank = options.blank;
  }

  /** The latest word on whose session this is and whether it goes on. */
  get #identityIntent(): Intent {
    const { login, regenerate, destroy } = this.intent;
    return login || regenerate || destroy ? this.intent : (this.underWay ?? NO_INTENT);
  }

  /** The session was destroyed in this request, or ended under it. */
  get isOver(): boolean {
    return this.ended || this.#identityIntent.destroy === true;
  }

  /** A new session begins in this request in place of one that it had. */
  get isReplaced(): boolean {
    return this.#identityIntent.regenerate === true;
  }

  /** The stored session that goes on, if one does. */
  get continued(): LoadedRecord | undefined {
    return this.isOver || this.isReplaced ? undefined : this.loaded;
  }

  get login(): LoginIntent | undefined {
    return this.#identityIntent.login;
  }

  get userId(): string | undefined {
    return this.login?.userId ?? this.continued?.record.userId ?? undefined;
  }

  want(intent: Intent): void {
    this.intent = { ...this.intent, ...intent };
  }

  /** Forgets what was there and what was done: from here on a new session. */
  startOver(intent: Intent): void {
    this.prospect = new Prospect(this.#random);
    this.copy = new WorkingCopy(this.#blank(), true);
    this.flash = new Flash(undefined);
    this.intent = intent;
    this.ended = false;
  }

  /** Whether a stored session is there, or may be as soon as the commit under way is done. */
  get isStored(): boolean {
    return this.loaded !== undefined || this.committing !== undefined;
  }

  get headersLeft(): boolean {
    return this.channel?.headersLeft ?? false;
  }

  /** A change of data: it needs a session that lives, and a new one needs a cookie. */
  requireWritable(what: string): void {
    if (this.isOver) throw new SessionDestroyedError(what);
    if (this.channel?.ended) {
      throw new SessionTooLateError(what, "it would not be saved: do it before the response ends");
    }
    if (this.headersLeft && !this.isStored) {
      throw new SessionTooLateError(what, "start the session before the response begins");
    }
  }

  /** A change of identity: the client has to be told. */
  requireDeliverable(what: string): void {
    if (!this.headersLeft) return;
    throw new SessionTooLateError(
      what,
      "do it before the response begins, or use sessions.revoke(id)",
    );
  }
}
