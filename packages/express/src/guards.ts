import type { ServerResponse } from "node:http";
import {
  attempt,
  type Duration,
  isPromise,
  type MaybePromise,
  type Sessions,
} from "@coatcheck/core";
import {
  askGuard,
  elevationRequired,
  freshLoginRequired,
  type GuardOptions,
  guardOf,
  RefusedError,
  type Requirement,
  userRequired,
} from "@coatcheck/core/guards";
import { applyAnswer } from "@coatcheck/core/node";
import { ExpressFacts, type ExpressRequest } from "./facts.ts";
import type { ExpressSessionMiddleware, Next } from "./session.ts";

export interface ExpressGuardOptions extends GuardOptions {
  /** In place of the guard's own answer, `refused.answer`. `next(refused)` leaves it to the error handling, `next()` lets the request pass. */
  onRefused?: (
    refused: RefusedError,
    request: ExpressRequest,
    response: ServerResponse,
    next: Next,
  ) => unknown;
}

/** Lets a request pass if somebody is logged in: a page goes to `loginUrl` else, and all others get a 401. Goes after `expressSession`, lazy or not. */
export function requireUser<Data extends object>(
  sessions: Sessions<Data>,
  options: ExpressGuardOptions = {},
): ExpressSessionMiddleware {
  return guardedBy(sessions, userRequired, options);
}

/** The same, if somebody has logged in no longer ago than `within`: `requireFreshLogin(sessions, "10m")`. */
export function requireFreshLogin<Data extends object>(
  sessions: Sessions<Data>,
  within: Duration,
  options: ExpressGuardOptions = {},
): ExpressSessionMiddleware {
  return guardedBy(sessions, freshLoginRequired(within), options);
}

/** The same, if the user has stepped up by `session.elevate()` and that holds still. Let `loginUrl` lead to where they can. */
export function requireElevated<Data extends object>(
  sessions: Sessions<Data>,
  options: ExpressGuardOptions = {},
): ExpressSessionMiddleware {
  return guardedBy(sessions, elevationRequired, options);
}

function guardedBy<Data extends object>(
  sessions: Sessions<Data>,
  requirement: Requirement,
  { onRefused, ...options }: ExpressGuardOptions,
): ExpressSessionMiddleware {
  const guard = guardOf(requirement, options);
  return function sessionGuard(request, response, next) {
    const { method, headers, originalUrl: url = request.url } = request;
    const about = { method, headers, url, facts: new ExpressFacts(request, undefined) };
    const answered = attempt<unknown>(
      () => askGuard(guard, sessions, request, about),
      (error) => error,
    );
    // What comes after is called outside of this, so that its errors are its own.
    if (isPromise(answered)) void answered.then(proceed);
    else proceed(answered);

    function proceed(refused: unknown): void {
      if (refused === undefined) next();
      else if (!(refused instanceof RefusedError)) next(refused);
      else if (onRefused === undefined) answer(refused, response);
      else
        void attempt(
          () => onRefused(refused, request, response, next) as MaybePromise<unknown>,
          // Without an error it would let the request pass.
          (error) => next(error ?? refused),
        );
    }
  };
}

function answer(
  { answer: { status, headers, body } }: RefusedError,
  response: ServerResponse,
): void {
  response.statusCode = status;
  applyAnswer(response, headers);
  response.end(body);
}
