import { type Session, unitOf } from "../session/session.ts";
import { answerTo } from "./answer.ts";
import { challengeFor } from "./challenge.ts";
import { isLoginPage, loginUrlFor } from "./login-url.ts";
import { type GuardOptions, guardSettings } from "./options.ts";
import { type Problem, RefusedError } from "./refused.ts";
import { type GuardedRequest, returnToOf } from "./request.ts";
import type { Refusal, Requirement } from "./requirement.ts";

/** `undefined` lets the request pass. Throws the `SessionStoreError` of a session that is served as nobody because the store is down. */
export type Guard = <Data extends object>(
  session: Session<Data>,
  request: GuardedRequest,
) => RefusedError | undefined;

/**
 * A guard for framework packages: decides about a session, and knows the answer to give. It does no I/O.
 *
 * @throws SessionConfigError
 */
export function guardOf(requirement: Requirement, options: GuardOptions = {}): Guard {
  const settings = guardSettings(options);
  return (session, request) => {
    const refusal = requirement(session);
    if (!refusal) return undefined;
    const { core, degraded, transport } = unitOf(session);
    // With the store down nobody knows who it is, and a login page would say that they are logged out.
    if (degraded) throw degraded;
    // A token or a code in the URL is not for the login page, its logs and its history.
    const isSecret = (url: string) => (core.inUrl?.secrecy({ headers: {}, url }) ?? []).length > 0;
    // Where no login would help, there is nowhere to go.
    const loginUrl =
      refusal.status === 401
        ? loginUrlFor(settings, refusal, returnToOf(request, isSecret))
        : undefined;
    const problem = problemOf(refusal, loginUrl);
    const challenge = challengeFor(refusal, transport);
    const answer = answerTo(request, problem, challenge, isLoginPage(settings, request));
    return new RefusedError(refusal, problem, answer);
  };
}

const TYPES: Readonly<Record<Refusal["code"], string>> = {
  unauthenticated: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
  "stale-login": "https://www.rfc-editor.org/rfc/rfc9470#section-3",
  "not-elevated": "https://www.rfc-editor.org/rfc/rfc9470#section-3",
  forbidden: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4",
};
const TITLES = { 401: "Unauthorized", 403: "Forbidden" };

function problemOf(
  { code, status, detail, maxAge }: Refusal,
  loginUrl: string | undefined,
): Problem {
  return {
    type: TYPES[code],
    title: TITLES[status],
    status,
    detail,
    code,
    ...(maxAge !== undefined && { max_age: maxAge }),
    ...(loginUrl !== undefined && { login_url: loginUrl }),
  };
}
