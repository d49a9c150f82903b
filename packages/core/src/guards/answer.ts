import type { HeaderPair } from "../session/delivery.ts";
import type { Problem } from "./refused.ts";
import type { GuardedRequest } from "./request.ts";
import { isPage } from "./request.ts";

/** A response in place of the handler's. */
export interface GuardAnswer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  /** Empty for a redirect. */
  readonly body: string;
}

/** Of one user, of one moment, and another one for a page than for a script: nobody may keep it. */
const COMMON: readonly HeaderPair[] = [
  ["cache-control", "no-store"],
  ["vary", "Sec-Fetch-Mode"],
  ["vary", "Accept"],
];

/** A redirect for a page, if there is somewhere to go; else the problem as JSON. */
export function answerTo(
  request: GuardedRequest,
  problem: Problem,
  challenge: string,
  atLogin: boolean,
): GuardAnswer {
  const { status, login_url } = problem;
  if (login_url !== undefined && !atLogin && isPage(request)) {
    // 303, so that a submitted form is not submitted to the login page (RFC 9110 section 15.4.4).
    return { status: 303, headers: [...COMMON, ["location", login_url]], body: "" };
  }
  const headers: HeaderPair[] = [...COMMON, ["content-type", "application/problem+json"]];
  // RFC 9110 section 15.5.2: a 401 must have one.
  if (status === 401) headers.push(["www-authenticate", challenge]);
  return { status, headers, body: JSON.stringify(problem) };
}
