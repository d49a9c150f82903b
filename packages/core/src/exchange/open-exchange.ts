import type { IncomingMessage, ServerResponse } from "node:http";
import { isPromise, type MaybePromise } from "../promise.ts";
import type { Sessions } from "../session/manager.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import { discardBody, removeRepresentation, statusOf, watchBody } from "./failure.ts";
import { type GateOptions, gateResponse } from "./gate.ts";
import { applyHeaders, type HeaderTarget } from "./headers.ts";

/** How frameworks are told that work is done: without an argument, or with the error. */
export type Done = (error?: Error) => void;

/** How a framework package ends a response that has a status and no body. */
export type Answer = (status: number) => unknown;

/** What a framework package does first: ties the request to its session, and guards the response. */
export function openExchange<Data extends object>(
  sessions: Sessions<Data>,
  request: IncomingMessage,
  response: ServerResponse,
  options: ExchangeOptions & GateOptions,
): Exchange<Data> {
  // Mounted twice, two units of work would overwrite each other's cookie.
  const known = sessions.bound(request) as Exchange<Data> | undefined;
  const exchange = known ?? new Exchange(sessions, request, options);
  sessions.bind(request, exchange);
  gateResponse(response, exchange, options);
  return exchange;
}

/**
 * What a framework package does next: reads the session, unless the exchange is lazy. `done` is called at once where the store answers at
 * once, and with it perhaps the handlers: whatever they need has to be in place before. In its place `answer` is called for a request of
 * which the handlers are to see nothing.
 */
export function loadExchange(exchange: Exchange<object>, done: Done, answer: Answer): void {
  if (exchange.isLazy) {
    done();
    return;
  }
  let session: MaybePromise<unknown>;
  try {
    session = exchange.load();
  } catch (error) {
    done(error as Error);
    return;
  }
  if (isPromise(session)) void session.then(() => goOn(exchange, done, answer), done);
  else goOn(exchange, done, answer);
}

function goOn(exchange: Exchange<object>, done: Done, answer: Answer): void {
  if (exchange.answer === undefined) done();
  else answer(exchange.answer);
}

/** `answer` of whoever has nothing but Node's response. */
export function answerRaw(response: ServerResponse): Answer {
  return (status) => {
    response.statusCode = status;
    response.end();
  };
}

/** A response as a framework keeps it until it is sent. */
export interface PendingResponse extends HeaderTarget {
  removeHeader(name: string): unknown;
  setStatus(status: number): unknown;
  /** What is to be sent. */
  readonly body: unknown;
}

/**
 * What a framework package may do after the handlers, while an error can still go to the framework's own error handling:
 * commits, and puts the headers where the framework keeps its own. After a failure nothing is left there of the response that was meant.
 */
export function commitExchange(
  exchange: Exchange<object>,
  target: PendingResponse,
  done: Done,
): void {
  const failureOf = watchBody(target.body);
  let committed: MaybePromise<void>;
  try {
    committed = exchange.commit();
  } catch (error) {
    finish(exchange, target, done, failureOf, error as Error);
    return;
  }
  if (!isPromise(committed)) {
    finish(exchange, target, done, failureOf);
    return;
  }
  void committed.then(
    () => finish(exchange, target, done, failureOf),
    (error) => finish(exchange, target, done, failureOf, error),
  );
}

function finish(
  exchange: Exchange<object>,
  target: PendingResponse,
  done: Done,
  failureOf: () => Error | undefined,
  unsaved?: Error,
): void {
  const error = unsaved ?? failureOf();
  // What was saved has to be told, also with the answer to a body that has failed.
  if (!unsaved && exchange.headers.length > 0) {
    applyHeaders(target, exchange.headers);
    exchange.delivered();
  }
  if (error) {
    discardBody(target.body);
    removeRepresentation(target);
    target.setStatus(statusOf(error));
  }
  done(error);
}
