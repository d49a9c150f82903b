import type { ServerResponse } from "node:http";
import type { Sessions } from "@coatcheck/core";
import { answerRaw, loadExchange, openExchange, sessionProperty } from "@coatcheck/core/node";
import { ExpressFacts, type ExpressRequest } from "./facts.ts";

export type Next = (error?: unknown) => void;

/** A middleware for Express, and a function to call by hand in a `node:http` server. */
export type ExpressSessionMiddleware = <Request extends ExpressRequest>(
  request: Request,
  response: ServerResponse,
  next: Next,
) => void;

export interface ExpressSessionOptions {
  /** Read nothing before `await sessions.load(req)`. Default `false`. */
  lazy?: boolean;
  /** Requests that have no session: static files, health checks. They cost nothing, not even with a cookie. Default: none. */
  skip?: (request: ExpressRequest) => boolean;
  /** Name of the property on `req`; choose another for a second manager. Default `"session"`. */
  property?: string;
  /**
   * Whether the client's connection is encrypted, for `node:http` behind a proxy. Default: Express's `req.secure`, which heeds
   * `trust proxy`; else the socket's own word.
   */
  secure?: (request: ExpressRequest) => boolean;
  /** Told of a failed save that no error handler gets to see, since a response was being streamed. Default: `console.error`. */
  report?: (error: unknown) => void;
}

/**
 * Gives every request its session and saves it before the first byte of the response. A failed save goes to Express's error handling (status 503)
 * as long as the handler had finished; a handler that was still streaming gets a plain 503 in place of its response.
 */
export function expressSession<Data extends object>(
  sessions: Sessions<Data>,
  options: ExpressSessionOptions = {},
): ExpressSessionMiddleware {
  const { lazy = false, skip, property = "session", secure, report } = options;
  const accessor = sessionProperty(sessions);
  return function session(request, response, next) {
    if (skip?.(request)) {
      next();
      return;
    }
    Object.defineProperty(request, property, accessor);
    const facts = new ExpressFacts(request, secure);
    const settings = { lazy, facts, onFailure: next, report };
    const exchange = openExchange(sessions, request, response, settings);
    loadExchange(exchange, next, answerRaw(response));
  };
}
