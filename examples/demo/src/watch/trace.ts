import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import type { Session, SessionEventName } from "@coatcheck/core";
import type { Held } from "../held/anatomy.ts";
import type { StorageKind } from "../storage/kinds.ts";
import type { CookieFact } from "./cookie.ts";

/** One call of the store: which, what came of it, how long it took. */
export interface StoreCall {
  readonly operation: string;
  readonly outcome: string;
  readonly microseconds: number;
  /** Made after the shop had its answer ready: the commit. */
  readonly byCommit: boolean;
}

/** The storage that a request works with. */
export interface TracedStorage {
  readonly kind: StorageKind;
  readonly cookieName: string;
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
  cookie: CookieFact = { kind: "none" };
  /** What the browser holds of the session after the response. */
  held: Held | undefined;
  rotation: string | undefined;
  /** Id of the session in the end, and whether it is one that is stored. */
  sessionId: string | undefined;
  isKnown = false;
  /** A flash value was read, and so used up. */
  tookFlash = false;
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

  /** The session is stored: its browser came with a good token, or gets one. */
  get isStored(): boolean {
    return this.cookie.kind === "set" || (this.isKnown && this.cookie.kind !== "cleared");
  }

  begin(session: Session<object>, storage: TracedStorage): void {
    this.storage = storage;
    this.isKnown = !session.isNew;
  }

  /** The shop is done; what comes now is the commit. */
  handled(session: Session<object>): void {
    this.sessionId = session.id;
    this.#isHandled = true;
  }

  called(operation: string, outcome: string, microseconds: number): void {
    this.calls.push({ operation, outcome, microseconds, byCommit: this.#isHandled });
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
