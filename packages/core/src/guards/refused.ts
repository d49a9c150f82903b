import { SessionError } from "../errors.ts";
import type { GuardAnswer } from "./answer.ts";
import type { Refusal } from "./requirement.ts";

/** Problem details (RFC 9457), as `application/problem+json`. */
export interface Problem {
  /** Where it is described. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** For programs: `"unauthenticated"`, `"stale-login"`, `"not-elevated"`, or `"forbidden"` of a guard of the application's own. */
  readonly code: string;
  /** How old a login may be, in seconds, where that matters: the name that OpenID Connect and RFC 9470 have for it. */
  readonly max_age?: number;
  /** Where to send the user, if the guard knows it. */
  readonly login_url?: string;
}

/** A guard did not let a request through. `status` 401 or 403; `answer` is what the guard says by itself. */
export class RefusedError extends SessionError {
  declare readonly code: Refusal["code"];
  declare readonly problem: Problem;
  declare readonly answer: GuardAnswer;
  /** What Koa and Express put into the response if the error goes through their own error handling. */
  declare readonly headers: Readonly<Record<string, string>>;

  constructor({ code, status, detail }: Refusal, problem: Problem, answer: GuardAnswer) {
    super(code, status, detail);
    this.problem = problem;
    this.answer = answer;
    this.headers = Object.fromEntries(
      answer.headers.filter(([name]) => name === "www-authenticate" || name === "cache-control"),
    );
  }
}
