import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import type { Session, SessionEventName } from "@coatcheck/core";
import type { Explainer, Explanation } from "@coatcheck/core/explain";
import type { Held } from "../held/anatomy.ts";
import type { StorageKind } from "../storage/kinds.ts";

/** One call of the store: which, what came of it, how long it took. */
export interface StoreCall {
  readonly operation: string;
  /** `undefined` for that of the sessions. */
  readonly store: string | undefined;
  readonly outcome: string;
  readonly microseconds: number;
  /** Made after the shop had its answer ready: the commit. */
  readonly byCommit: boolean;
}

/** The storage that a request works with. */
export interface TracedStorage {
  readonly kind: StorageKind;
  readonly cookieName: string;
  readonly rememberCookieName: string | undefined;
  readonly explainer: Explainer;
}

/** What the session layer did in one request. */
export class Trace {
  readonly id = randomBytes(9).toString("base64url");
  readonly at = Date.now();
  readonly server: string;
  readonly method: string;
  readonly path: string;
  readonly calls: StoreCall[] = [];
  readonly events: SessionEventName[] = [];
  /** Resolved when the response's headers leave: by then the session is committed. */
  readonly sent: Promise<void>;
  readonly #resolveSent: () => void;
  storage: TracedStorage | undefined;
  /** What became of the session and why, as its manager tells it after the commit. */
  explanation: Explanation | undefined;
  /** What the browser holds of the session after the response. */
  held: Held | undefined;
  /** And of the remember-me token. */
  remembered: Held | undefined;
  /** Id of the session in the end, and whether it is one that is stored. */
  sessionId: string | undefined;
  isKnown = false;
  #session: Session<object> | undefined;
  #isHandled = false;

  constructor(server: string, method: string, path: string) {
    this.server = server;
    this.method = method;
    this.path = path;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.sent = promise;
    this.#resolveSent = resolve;
  }

  /** The browser came with a token that is no good, or not any more. */
  get wasRejected(): boolean {
    return this.events.includes("token-rejected") || this.events.includes("reuse-detected");
  }

  /** What the response did to the browser's session cookie. */
  get change(): "set" | "cleared" | "none" {
    return this.explanation?.response.change ?? "none";
  }

  /** The session is stored: its browser came with a good token, or gets one. */
  get isStored(): boolean {
    return this.change === "set" || (this.isKnown && this.change !== "cleared");
  }

  begin(session: Session<object>, storage: TracedStorage): void {
    this.#session = session;
    this.storage = storage;
    this.isKnown = !session.isNew;
  }

  /** The shop is done; what comes now is the commit. */
  handled(session: Session<object>): void {
    this.sessionId = session.id;
    this.#isHandled = true;
  }

  called(call: Omit<StoreCall, "byCommit">): void {
    this.calls.push({ ...call, byCommit: this.#isHandled });
  }

  /** By now the commit is done. */
  explain(): void {
    if (this.#session) this.explanation = this.storage?.explainer.of(this.#session);
  }

  headersLeft(): void {
    this.#resolveSent();
  }
}

const running = new AsyncLocalStorage<Trace>();

/** Runs the handling of one request, so that whatever happens in it is noted in `trace`. */
export function traced(trace: Trace, work: () => void): void {
  running.run(trace, work);
}

/** The trace of the request that is being handled; a loose one where there is none (the start, the sweep). */
export function currentTrace(): Trace {
  return running.getStore() ?? new Trace("", "", "");
}
