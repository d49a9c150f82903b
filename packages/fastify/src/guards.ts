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
import { applyAnswer, PendingReply } from "@coatcheck/core/node";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface FastifyGuardOptions extends GuardOptions {
  /**
   * In place of the guard's own answer, `refused.answer`: sends one and returns the reply. If it does neither, or throws, the error handling gets
   * `refused`: a request is never let through.
   */
  onRefused?: (refused: RefusedError, request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** A hook, for a route or for many: `onRequest`, before the body is read, or any later one, as `preHandler`. */
export type FastifyGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Lets a request pass if somebody is logged in: a page goes to `loginUrl` else, and all others get a 401. Needs `fastifySession`, lazy or not. */
export function requireUser<Data extends object>(
  sessions: Sessions<Data>,
  options: FastifyGuardOptions = {},
): FastifyGuard {
  return guardedBy(sessions, userRequired, options);
}

/** The same, if somebody has logged in no longer ago than `within`: `requireFreshLogin(sessions, "10m")`. */
export function requireFreshLogin<Data extends object>(
  sessions: Sessions<Data>,
  within: Duration,
  options: FastifyGuardOptions = {},
): FastifyGuard {
  return guardedBy(sessions, freshLoginRequired(within), options);
}

/** The same, if the user has stepped up by `session.elevate()` and that holds still. Let `loginUrl` lead to where they can. */
export function requireElevated<Data extends object>(
  sessions: Sessions<Data>,
  options: FastifyGuardOptions = {},
): FastifyGuard {
  return guardedBy(sessions, elevationRequired, options);
}

export function guardedBy<Data extends object>(
  sessions: Sessions<Data>,
  requirement: Requirement,
  { onRefused, ...options }: FastifyGuardOptions,
): FastifyGuard {
  const guard = guardOf(requirement, options);
  return async function sessionGuard(request, reply) {
    const { method, headers, originalUrl: url } = request;
    const about = { method, headers, url, facts: { host: () => request.host } };
    const refused = await askGuard(guard, sessions, request, about);
    if (refused === undefined) return undefined;
    if (onRefused !== undefined) {
      const result = await onRefused(refused, request, reply);
      if (result !== reply && !reply.sent) throw refused;
      return reply;
    }
    const { status, headers: fields, body } = refused.answer;
    applyAnswer(new PendingReply(reply, body), fields);
    return reply.code(status).send(body);
  };
}
