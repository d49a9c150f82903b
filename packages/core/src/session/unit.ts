import type { SessionStoreError } from "../errors.ts";
import { SessionDestroyedError, SessionTooLateError } from "../errors.ts";
import type { Random } from "../random.ts";
import { isAhead } from "../request/ahead.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { SessionRecord } from "../store/contract.ts";
import { type Beginning, mintBeginning, type Secret, type SecretHash } from "../token/token.ts";
import type { Transport } from "../transport/transport.ts";
import { type Authentication, elevationAt } from "./authentication.ts";
import type { Batch } from "./batch.ts";
import type { Core } from "./core.ts";
import type { CookieChange, HeaderPair } from "./delivery.ts";
import { Flash } from "./flash.ts";
import type { LoadedRecord } from "./record.ts";
import type { Resumption } from "./remembering.ts";
import { blankText } from "./schema.ts";
import type { SecretMatch } from "./secrets.ts";
import { WorkingCopy } from "./working-copy.ts";

/** The token that the client came with, once it was found good. */
export interface Presented {
  readonly secret: Secret;
  readonly hash: SecretHash;
}

/** What `login` was asked for. */
export interface LoginIntent {
  readonly userId: string;
  readonly remember?: true | undefined;
  /** Keys of the anonymous session that survive; `undefined`: all. */
  readonly keep?: readonly string[] | undefined;
  /** Of a session that is handed off: nobody authenticates now. */
  readonly authenticatedAt?: number;
}

/** What a request wants of its session, beside the data. */
export interface Intent {
  readonly touch?: true;
  readonly rotate?: true;
  /** A rotation that hands out another token than a former one whose token should have been used by now. */
  readonly strict?: boolean | undefined;
  readonly regenerate?: true;
  readonly destroy?: true;
  readonly login?: LoginIntent;
  /** What there is to say from now on of how the user authenticated: after a login, a step-up, or for whom the user acts. */
  readonly auth?: Authentication | undefined;
  /** The absolute deadline of a session that is handed off: the new one lives no longer. */
  readonly endsAt?: number;
}

/** What a session that may come to be begins with: drawn when somebody asks. */
export class Prospect {
  readonly #random: Random;
  #beginning: Beginning | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  get beginning(): Beginning {
    this.#beginning ??= mintBeginning(this.#random);
    return this.#beginning;
  }

  /** The id was taken, or has been used. */
  renew(): void {
    this.#beginning = undefined;
  }
}

/** A request, before it is known whose. */
export interface Visit {
  readonly core: Core;
  readonly request: SessionRequest;
  readonly facts?: RequestFacts | undefined;
  readonly channel?: ResponseChannel | undefined;
  /** By which way a token came first, whatever that was worth. */
  readonly claimed?: Transport | undefined;
  /** An unsafe cross-origin request without a session: it must not start one. */
  readonly foreign?: boolean;
}

/** What there is for a request. */
export interface Found {
  readonly loaded?: LoadedRecord | undefined;
  readonly presented?: Presented | undefined;
  /** What the token matched, if a session was found for it: `"superseded"` by a login or a regenerate a moment ago, it opens none. */
  readonly match?: SecretMatch | undefined;
  /** When the record was looked at. */
  readonly readAt?: number | undefined;
  /** By which way the session's token came. */
  readonly transport?: Transport | undefined;
  /** The store failed and the request is served as nobody. */
  readonly degraded?: SessionStoreError | undefined;
  /** A remember-me token opened the session: what the response has to bring. */
  readonly resumed?: Resumption["resumed"] | undefined;
}

/** Of a unit of work that no token opens. */
export const NOTHING: Found = {};

/** What a framework package tells of its response, and does with our headers. */
export interface ResponseChannel {
  /** The headers are gone: nothing that needs a cookie can happen any more. */
  readonly headersLeft: boolean;
  /** The end is gone too: nothing would commit a change. */
  readonly ended: boolean;
  /** Brings the headers of every commit to the client, also of one that a handler made by hand. */
  deliver(headers: readonly HeaderPair[]): void;
}

/** No intent is ever added to: `want` makes another one. */
export const NO_INTENT: Intent = Object.freeze({});
const NO_HEADERS: readonly HeaderPair[] = [];

/** The inside of a `Session`: one request's unit of work. Everything here is intent; the commit alone does I/O. */
export class SessionUnit {
  readonly core: Core;
  readonly request: SessionRequest;
  readonly facts: RequestFacts | undefined;
  readonly channel: ResponseChannel | undefined;
  readonly foreign: boolean;
  /** The session as the request has found it. */
  readonly opened: LoadedRecord | undefined;
  readonly match: SecretMatch | undefined;
  readonly degraded: SessionStoreError | undefined;
  readonly resumed: Resumption["resumed"] | undefined;
  /** By which way the client is told. */
  transport: Transport;
  /** The client sent a token, whatever it was worth. */
  claimed: boolean;
  copy: WorkingCopy;
  /** What was left here or is being left, if anything. */
  left: Flash | undefined;
  /** The record as this request last knew it. */
  loaded: LoadedRecord | undefined;
  presented: Presented | undefined;
  /** What is wanted since the last commit began. */
  intent: Intent = NO_INTENT;
  /** What the commit under way is doing. */
  underWay: Intent | undefined;
  /** The session's token, where its client does not have it yet. */
  untold: CookieChange;
  /** Headers that go out with the next commit: those of the remember-me cookie. */
  beside: readonly HeaderPair[] = NO_HEADERS;
  /** An earlier commit of this request has told some. */
  toldBeside = false;
  /** What was written says that the client's user is to be remembered, or no longer. */
  remembers: boolean | undefined;
  /** The application read something of the session, so the response depends on the cookie. */
  looked = false;
  /** When the record was last looked at. */
  readAt: number;
  /** The session ended under this request. */
  ended = false;
  /** A commit that failed in the store, after which it is not known what was written. The next one settles that first. */
  unsettled: Batch | undefined;
  /** The commit under way: the next one waits for it. */
  committing: Promise<unknown> | undefined;
  /** For `@coatcheck/core/explain`: told what a commit has decided, and again where it decides again. */
  onDecision: ((batch: Batch, decision: { readonly kind: string }) => void) | undefined;

  #prospect: Prospect | undefined;

  /** `data`: as text, in today's shape. */
  constructor(visit: Visit, found = NOTHING, data = "{}") {
    const { core, request, claimed } = visit;
    const { loaded, resumed, readAt } = found;
    this.core = core;
    this.request = request;
    this.facts = visit.facts;
    this.channel = visit.channel;
    this.foreign = visit.foreign ?? false;
    this.opened = loaded;
    this.match = found.match;
    this.degraded = found.degraded;
    this.resumed = resumed;
    this.transport = found.transport ?? claimed ?? (core.transports[0] as Transport);
    this.claimed = claimed !== undefined || resumed !== undefined;
    this.copy = new WorkingCopy(data, loaded?.record);
    const left = loaded?.state.flash;
    // A page that nobody may come to see must not use up a message: it stays for the next one.
    this.left = left && !isAhead(request) ? new Flash(left) : undefined;
    this.loaded = loaded;
    this.presented = found.presented;
    this.untold = resumed?.token;
    if (resumed) this.beside = resumed.headers;
    this.readAt = readAt ?? core.clock();
  }

  get flash(): Flash {
    this.left ??= new Flash(undefined);
    return this.left;
  }

  get prospect(): Prospect {
    this.#prospect ??= new Prospect(this.core.random);
    return this.#prospect;
  }

  /** The latest word on whose session this is and whether it goes on. */
  get #identityIntent(): Intent {
    const { login, regenerate, destroy } = this.intent;
    return login || regenerate || destroy ? this.intent : (this.underWay ?? {});
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
  get record(): SessionRecord | undefined {
    return this.isOver || this.isReplaced ? undefined : this.loaded?.record;
  }

  get login(): LoginIntent | undefined {
    return this.#identityIntent.login;
  }

  /** Who has authenticated. */
  get accountId(): string | undefined {
    return this.login?.userId ?? this.record?.userId ?? undefined;
  }

  /** Whose session it is for the application: of somebody acted for, if the account acts for one. */
  get userId(): string | undefined {
    return this.auth?.actingAs ?? this.accountId;
  }

  /** How the user authenticated, with a step-up for as long as it holds. */
  get auth(): Authentication | undefined {
    const { core, intent, loaded, login, record } = this;
    const before = login || !record ? undefined : loaded?.state.auth;
    const auth = intent.auth ?? this.#identityIntent.auth ?? before;
    return auth && { ...auth, elevated: elevationAt(auth, core.clock()) };
  }

  want(intent: Intent): void {
    this.intent = { ...this.intent, ...intent };
  }

  /** Forgets what was there and what was done: from here on a new session. */
  startOver(intent: Intent): void {
    this.#prospect = undefined;
    this.copy = new WorkingCopy(blankText(this.core), undefined, true);
    this.left = undefined;
    this.intent = intent;
    this.ended = false;
  }

  get headersLeft(): boolean {
    return !!this.channel?.headersLeft;
  }

  /** Removes the data and what was left for later requests, except under these keys. Also what is not known here: another request may be leaving it now. */
  clear(retain: ReadonlySet<string>): void {
    this.copy.clear(retain);
    this.flash.clear(retain);
  }

  /** For a change of data: it needs a session that lives, and a new one needs a cookie. */
  writable(what: string): this {
    if (this.isOver) throw new SessionDestroyedError(what);
    if (this.channel?.ended) {
      throw new SessionTooLateError(what, "do it before the response ends, or it is not saved");
    }
    // The commit under way may be storing it.
    if (this.headersLeft && !this.loaded && !this.committing) {
      throw new SessionTooLateError(what, "start the session before the response begins");
    }
    if (this.core.strategy.carried) this.deliverable(what);
    return this;
  }

  /** For a change of identity: the client has to be told. */
  deliverable(what: string): this {
    if (!this.headersLeft) return this;
    throw new SessionTooLateError(
      what,
      "do it before the response begins, or use sessions.revoke(id)",
    );
  }
}
