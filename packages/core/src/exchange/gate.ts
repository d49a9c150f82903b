import type { ServerResponse } from "node:http";
import { CookieDeliveryError } from "../errors.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { discardBody, failureBody, prepareFailure } from "./failure.ts";
import { applyHeaders, bears } from "./headers.ts";
import { sealHead } from "./seal-head.ts";
import { hasHeaders, headersFromArguments } from "./write-head.ts";

/** What a response waits for: an exchange of a session, or a request's cookies. */
export interface Gated {
  /** Set when the response begins. */
  headersLeft: boolean;
  /** Set when it ends. */
  ended: boolean;
  /** Called before the headers leave, and again before the end. `isLast`: unless it is for a head alone. */
  commit(isLast: boolean): MaybePromise<void>;
  /** What the response needs then. */
  readonly headers: readonly HeaderPair[];
  /** What it needed before, and a framework has taken to its own headers. Whether it is there still is looked at when the head leaves. */
  readonly given?: readonly HeaderPair[];
  /** It keeps nothing that a commit could fail to save: an error handler may go on with it as long as nothing has left. */
  readonly outlivesFailure?: true;
  /** The cookies among them, those delivered by other ways included. */
  readonly cookieNames: ReadonlySet<string>;
}

export interface GateOptions {
  /**
   * A commit failed after the handler had finished its response, and nothing of it has left: whoever takes the error over
   * answers instead. Without it, and for a handler that is still writing, the gate answers by itself.
   */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Told of each failed commit that no error handler of the framework gets to see. Default: `console.error`. */
  readonly report?: ((error: unknown) => void) | undefined;
}

type Method = "writeHead" | "write" | "end" | "flushHeaders";
/** A call that waits. */
type Held = readonly [Method, readonly unknown[]];
/** Never added to: few responses hold any. */
const NONE_HELD: Held[] = [];
type Callback = ((error: unknown) => void) | undefined;
type State =
  /** Nothing has left; no commit was tried. */
  | "closed"
  /** A commit is under way; what the handler writes is held. */
  | "holding"
  /** The headers have left, or may. */
  | "open"
  /** The commit failed and something else was answered; what the handler still writes is dropped. */
  | "failed";

type GatedResponse = ServerResponse & { [GATE]: ResponseGate };

/** One gate a response, also where two copies of this package (ESM and CJS) meet on it. */
const GATE = Symbol.for("coatcheck.gate");

/**
 * Holds a Node response back until its sessions are committed, so that a failed commit can still become a 503: nothing leaves before the
 * first `writeHead`, `write`, `end` or `flushHeaders` has been through here, whoever calls it. While a commit runs, `write` answers `false`
 * as for a full buffer. Before the end, what a streaming handler changed since is committed too.
 */
export function gateResponse(
  response: ServerResponse,
  exchange: Gated,
  options: GateOptions = {},
): void {
  const known = (response as GatedResponse)[GATE] as ResponseGate | undefined;
  if (known) known.add(exchange, options);
  else (response as GatedResponse)[GATE] = new ResponseGate(response, exchange, options);
}

class ResponseGate {
  readonly #response: ServerResponse;
  readonly #exchanges: Gated[];
  #options: GateOptions;
  readonly #writeHead: ServerResponse["writeHead"];
  readonly #write: ServerResponse["write"];
  readonly #end: ServerResponse["end"];
  readonly #flushHeaders: ServerResponse["flushHeaders"];
  #state: State = "closed";
  #held = NONE_HELD;
  #failure: unknown;
  #refusedWrite = false;
  /** An error handler answers, and nothing of that has left. */
  #answering = false;
  #ended = false;
  /** The stream that is piped into the response. */
  #source: unknown;

  constructor(response: ServerResponse, exchange: Gated, options: GateOptions) {
    this.#response = response;
    this.#exchanges = [exchange];
    this.#options = options;
    this.#writeHead = response.writeHead;
    this.#write = response.write;
    this.#end = response.end;
    this.#flushHeaders = response.flushHeaders;
    response.writeHead = gatedWriteHead;
    response.write = gatedWrite;
    response.end = gatedEnd;
    response.flushHeaders = gatedFlushHeaders;
    response.on("pipe", noteSource);
  }

  add(exchange: Gated, options: GateOptions): void {
    // Cookies that were there first know of no error handling.
    if (!this.#options.onFailure && !this.#options.report) this.#options = options;
    if (!this.#exchanges.includes(exchange)) this.#exchanges.push(exchange);
  }

  /** The first stream that is piped into the response. */
  noteSource(source: unknown): void {
    this.#source ??= source;
  }

  writeHead(args: readonly unknown[]): ServerResponse {
    this.#pass("writeHead", args);
    return this.#response;
  }

  write(args: readonly unknown[]): boolean {
    const answer = this.#pass("write", args);
    if (this.#state !== "holding") return answer !== false;
    this.#refusedWrite = true;
    return false;
  }

  end(args: readonly unknown[]): ServerResponse {
    this.#pass("end", args);
    return this.#response;
  }

  flushHeaders(): void {
    this.#pass("flushHeaders", []);
  }

  /** Lets a call through now, later, or never. */
  #pass(method: Method, args: readonly unknown[]): unknown {
    if (this.#state === "failed") return this.#refuse(args);
    if (this.#state === "holding") {
      this.#hold(method, args);
      return undefined;
    }
    if (this.#answering) this.#answered();
    const first = this.#state === "closed";
    const last = method === "end" && !this.#ended;
    if (!first && !last) return this.#call(method, args);
    if (first && !last) this.#response.on("close", noteClose);
    return this.#commitThen(method, args, first);
  }

  #hold(method: Method, args: readonly unknown[]): void {
    if (this.#held.length === 0) this.#held = [];
    this.#held.push([method, args]);
  }

  #call(method: Method, args: readonly unknown[]): unknown {
    if (method === "writeHead") return this.#sendHead(args);
    this.#giveAgain();
    const original = method === "end" ? this.#end : this.#write;
    return Reflect.apply(
      (method === "flushHeaders" ? this.#flushHeaders : original) as () => unknown,
      this.#response,
      args,
    );
  }

  #commitThen(method: Method, args: readonly unknown[], first: boolean): unknown {
    this.#state = "holding";
    let done: MaybePromise<void>;
    try {
      done = this.#commitAll(first, method !== "writeHead");
    } catch (error) {
      this.#fail(error, first, method === "end");
      return this.#refuse(args);
    }
    if (!isPromise(done)) {
      this.#open();
      return method === "end" ? this.#finish(args) : this.#call(method, args);
    }
    this.#hold(method, args);
    const release = first ? sealHead(this.#response) : undefined;
    done
      .then(
        () => {
          release?.();
          this.#flush(first);
        },
        (error) => {
          release?.();
          this.#fail(error, first, this.#held.some(isEnd));
        },
      )
      .catch((error) => {
        // A held call was wrong (a status out of range, say). Its caller has gone on, so it cannot be told.
        this.#report(error);
        this.#response.destroy();
      });
    return undefined;
  }

  /** What the handler does once the commits have begun comes too late for a cookie. */
  #commitAll(first: boolean, isLast = true): MaybePromise<void> {
    const [only, another] = this.#exchanges;
    if (only && !another) {
      try {
        return only.commit(isLast);
      } finally {
        only.headersLeft = true;
      }
    }
    const failures: unknown[] = [];
    const commits = this.#exchanges.map((exchange) =>
      attempt<void>(
        () => exchange.commit(isLast),
        (error) => void failures.push(error),
      ),
    );
    for (const exchange of this.#exchanges) exchange.headersLeft = true;
    const all = commits.some((commit) => isPromise(commit)) ? Promise.all(commits) : undefined;
    return chain<unknown, void>(all, () => {
      if (failures.length > 0) throw failures[0];
      // Later on no cookie can be told any more, and an error handler answers.
      if (first) assertDistinct(this.#exchanges);
    });
  }

  #open(): void {
    this.#state = "open";
    if (this.#response.headersSent) return;
    for (const exchange of this.#exchanges) {
      if (exchange.headers.length > 0) applyHeaders(this.#response, exchange.headers);
    }
  }

  /** A hook that ran after ours may have put others in their place. */
  #giveAgain(): void {
    if (this.#response.headersSent) return;
    for (const { given } of this.#exchanges) if (given) applyHeaders(this.#response, given);
  }

  /** The last call of the response: nothing that a handler does from here on would be saved. */
  #finish(args: readonly unknown[]): unknown {
    this.#ended = true;
    for (const exchange of this.#exchanges) exchange.ended = true;
    return this.#call("end", args);
  }

  /** Makes the held calls in their order. What changed while they were held is committed before the end among them. */
  #flush(first: boolean): void {
    const held = this.#held;
    this.#held = NONE_HELD;
    this.#open();
    let full = false;
    for (const [method, args] of held) {
      if (first || method !== "end") full = this.#pass(method, args) === false;
      else this.#finish(args);
    }
    if (this.#refusedWrite && !full) this.#response.emit("drain");
    this.#refusedWrite = false;
  }

  /** Headers given to `writeHead` itself would replace ours: they are set one by one first. */
  #sendHead(args: readonly unknown[]): void {
    let head = args;
    if (!hasHeaders(args)) this.#giveAgain();
    else if (!this.#response.headersSent && this.#lacks(args)) {
      head = headersFromArguments(this.#response, args);
      for (const exchange of this.#exchanges) applyHeaders(this.#response, exchange.headers);
      this.#giveAgain();
    }
    Reflect.apply(this.#writeHead as () => unknown, this.#response, head);
  }

  /** The headers given along are not all that the response needs. */
  #lacks([, second, third]: readonly unknown[]): boolean {
    return this.#exchanges.some(
      ({ headers, given }) =>
        headers.length > 0 || (given && given.length > 0 && !bears(third ?? second, given)),
    );
  }

  /** `complete`: the handler has called `end`, so all that is written from now on is an error handler's. */
  #fail(error: unknown, nothingLeft: boolean, complete: boolean): void {
    const { onFailure } = this.#options;
    const response = this.#response;
    const held = this.#held;
    this.#held = NONE_HELD;
    this.#failure = error;
    for (const [, args] of held) this.#refuse(args);
    // It waits for a drain that will not come, and with it its file.
    discardBody(this.#source);
    if (!nothingLeft) {
      // With the head gone, the only honest sign of failure is a response that does not end.
      this.#state = "failed";
      this.#report(error);
      response.destroy();
      return;
    }
    prepareFailure(response, error);
    this.#open();
    if (complete && onFailure) {
      this.#answering = true;
      for (const it of this.#exchanges) it.headersLeft = !it.outlivesFailure;
      onFailure(error);
      return;
    }
    this.#report(error);
    const body = failureBody(response);
    Reflect.apply(this.#end, response, [body]);
    this.#state = "failed";
  }

  /** What the error handler added goes along with its response. */
  #answered(): void {
    this.#answering = false;
    for (const exchange of this.#exchanges) exchange.headersLeft = true;
    this.#open();
  }

  /** The client left in the middle of a stream. What the handler did until then is kept. */
  abandoned(): void {
    if (this.#ended || this.#state !== "open") return;
    void attempt<void>(
      () => this.#commitAll(false),
      (error) => this.#report(error),
    );
  }

  /** Whoever waits for a dropped call learns why. */
  #refuse(args: readonly unknown[]): void {
    const callback = callbackIn(args);
    if (callback) queueMicrotask(() => callback(this.#failure));
  }

  #report(error: unknown): void {
    if (this.#options.report) this.#options.report(error);
    else console.error(error);
  }
}

/** Guarantee 14: of two cookies of one name the browser would keep the last, and a login might be lost without a word. */
function assertDistinct(exchanges: readonly Gated[]): void {
  const taken = new Set<string>();
  for (const name of exchanges.flatMap(({ cookieNames }) => [...cookieNames])) {
    if (taken.has(name)) {
      throw new CookieDeliveryError(
        `cookie ${name} is set by two managers in one response, as by createSessions and createCookies: rename one`,
      );
    }
    taken.add(name);
  }
}

function isEnd([method]: Held): boolean {
  return method === "end";
}

function callbackIn(args: readonly unknown[]): Callback {
  const last = args.at(-1);
  return typeof last === "function" ? (last as Callback) : undefined;
}

function noteSource(this: ServerResponse, source: unknown): void {
  (this as GatedResponse)[GATE].noteSource(source);
}

function noteClose(this: ServerResponse): void {
  (this as GatedResponse)[GATE].abandoned();
}

function gatedWriteHead(this: ServerResponse, ...args: unknown[]): ServerResponse {
  return (this as GatedResponse)[GATE].writeHead(args);
}

function gatedWrite(this: ServerResponse, ...args: unknown[]): boolean {
  return (this as GatedResponse)[GATE].write(args);
}

function gatedEnd(this: ServerResponse, ...args: unknown[]): ServerResponse {
  return (this as GatedResponse)[GATE].end(args);
}

function gatedFlushHeaders(this: ServerResponse): void {
  (this as GatedResponse)[GATE].flushHeaders();
}
