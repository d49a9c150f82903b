import type { Duration, Sessions } from "@coatcheck/core";
import {
  askGuard,
  elevationRequired,
  freshLoginRequired,
  type GuardOptions,
  guardOf,
  type RefusedError,
  type Requirement,
  userRequired,
} from "@coatcheck/core/guards";
import { applyAnswer } from "@coatcheck/core/node";
import type { Context, Middleware, Next } from "koa";

export interface KoaGuardOptions extends GuardOptions {
  /** In place of the guard's own answer, `refused.answer`. `throw refused` leaves it to the error handling, `return next()` lets the request pass. */
  onRefused?: (refused: RefusedError, ctx: Context, next: Next) => unknown;
}

/** Lets a request pass if somebody is logged in: a page goes to `loginUrl` else, and all others get a 401. Goes after `koaSession`, lazy or not. */
export function requireUser<Data extends object>(
  sessions: Sessions<Data>,
  options: KoaGuardOptions = {},
): Middleware {
  return guardedBy(sessions, userRequired, options);
}

/** The same, if somebody has logged in no longer ago than `within`: `requireFreshLogin(sessions, "10m")`. */
export function requireFreshLogin<Data extends object>(
  sessions: Sessions<Data>,
  within: Duration,
  options: KoaGuardOptions = {},
): Middleware {
  return guardedBy(sessions, freshLoginRequired(within), options);
}

/** The same, if the user has stepped up by `session.elevate()` and that holds still. Let `loginUrl` lead to where they can. */
export function requireElevated<Data extends object>(
  sessions: Sessions<Data>,
  options: KoaGuardOptions = {},
): Middleware {
  return guardedBy(sessions, elevationRequired, options);
}

function guardedBy<Data extends object>(
  sessions: Sessions<Data>,
  requirement: Requirement,
  { onRefused, ...options }: KoaGuardOptions,
): Middleware {
  const guard = guardOf(requirement, options);
  return async function sessionGuard(ctx: Context, next: Next) {
    const { method, headers, originalUrl: url } = ctx;
    const about = { method, headers, url, facts: { host: () => ctx.host } };
    const refused = await askGuard(guard, sessions, ctx, about);
    if (refused === undefined) return next();
    if (onRefused !== undefined) return onRefused(refused, ctx, next);
    const { status, headers: fields, body } = refused.answer;
    applyAnswer(ctx.res, fields);
    ctx.status = status;
    ctx.body = body;
  };
}
