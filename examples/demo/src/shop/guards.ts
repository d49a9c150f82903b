import { Readable } from "node:stream";
import {
  freshLoginRequired,
  type Guard,
  guardOf,
  type RefusedError,
  type Requirement,
  userRequired,
} from "@coatcheck/core/guards";
import type { Accounts } from "../accounts/accounts.ts";
import type { Answer } from "./answer.ts";

/** By path, for GET and POST alike: who may go there. */
export type Guards = ReadonlyMap<string, Guard>;

/**
 * An application with one manager takes `requireUser` and `requireFreshLogin` of its framework's package, as `docs/guards.md` shows. This one has three
 * managers for five frameworks, so its guards stand in the part that all have in common, made of the same pieces.
 */
export function createGuards(accounts: Accounts, freshSeconds: number): Guards {
  const fresh = freshLoginRequired(`${freshSeconds}s`);
  const admin: Requirement = (session) => {
    const { userId } = session;
    if (userId !== undefined && !accounts.byId(userId)?.isAdmin) {
      return { code: "forbidden", status: 403, detail: "This is for admins." };
    }
    return fresh(session);
  };
  const answers = { loginUrl: "/login" };
  const [user, freshUser, freshAdmin] = [
    guardOf(userRequired, answers),
    guardOf(fresh, answers),
    guardOf(admin, answers),
  ];
  return new Map([
    ["/account", user],
    ["/account/email", freshUser],
    ["/account/password", freshUser],
    ["/sessions", user],
    ["/sessions/revoke", user],
    ["/sessions/revoke-others", user],
    ["/admin", freshAdmin],
    ["/admin/step-up", freshAdmin],
    ["/admin/act-as", freshAdmin],
  ]);
}

/** What a guard says by itself: the way to the login for a page, problem details for a script. */
export function answerOf({ answer }: RefusedError): Answer {
  const headers: Record<string, string> = {};
  for (const [name, value] of answer.headers) {
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return {
    status: answer.status,
    headers,
    body: Readable.from(answer.body === "" ? [] : [answer.body]),
  };
}
