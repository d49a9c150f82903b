import type { IncomingMessage, ServerResponse } from "node:http";
import { attempt, isPromise, type MaybePromise } from "../promise.ts";
import type { Sessions } from "../session/manager.ts";
import type { AttachOptions, Exchange } from "./exchange.ts";
import { type GateOptions, gateResponse } from "./gate.ts";
import { applyHeaders, type HeaderTarget } from "./headers.ts";

/** How frameworks are told that work is done: without an argument, or with the error. */
export type Done = (error?: Error) => void;

/**
 * What a framework package does before the handlers: ties the request to its session, guards the response, and reads the
 * session unless `lazy`. `done` is called at once where the store answers at once.
 */
export function openExchange<Data extends object>(
  sessions: Sessions<Data>,
  request: IncomingMessage,
  response: ServerResponse,
  options: AttachOptions & GateOptions,
  done: Done,
): Exchange<Data> {
  const exchange = sessions.attach(request, options);
  gateResponse(response, exchange, options);
  if (options.lazy) done();
  else settle(() => exchange.load(), done);
  return exchange;
}

/**
 * What a framework package may do after the handlers, while an error can still go to the framework's own error handling:
 * commits, and puts the headers where the framework keeps its own.
 */
export function commitExchange(exchange: Exchange<object>, target: HeaderTarget, done: Done): void {
  settle(
    () => exchange.commit(),
    (error) => {
      if (!error && exchange.headers.length > 0) {
        applyHeaders(target, exchange.headers);
        exchange.delivered();
      }
      done(error);
    },
  );
}

function settle(work: () => MaybePromise<unknown>, done: Done): void {
  let failure: Error | undefined;
  const result = attempt<unknown>(work, (error) => {
    failure = error as Error;
    return undefined;
  });
  if (isPromise(result)) void result.then(() => done(failure));
  else done(failure);
}
