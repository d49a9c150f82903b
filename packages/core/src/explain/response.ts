import type { Situation } from "../session/assess.ts";
import { decisionOf, type FailureCode, failureCode } from "./decision.ts";
import type { Fact } from "./explanation.ts";
import { chosenOf } from "./tokens.ts";
import type { Step, Trace } from "./trace.ts";

/** Why the response tells the client what it tells, or nothing. */
export type ResponseCode =
  // Set.
  | "new-session"
  | "login"
  /** What the user counts for has changed. */
  | "renewed"
  /** A remember-me token brought the session back. */
  | "resumed"
  | "rotated"
  /** A rotation awaits its acknowledgement: its token went out again. */
  | "resent"
  /** The session lives in its token, which was made anew. */
  | "carried"
  // Cleared.
  | "destroyed"
  | "gone"
  // Nothing.
  | "not-committed"
  /** Guarantee 1. */
  | "no-write"
  /** The same, and the token that the client has opens nothing. */
  | "not-cleared"
  | "current"
  | "acknowledged"
  | "in-flight"
  | "superseded"
  | "over"
  | "nothing-to-clear"
  | "headers-left"
  /** The token stands in the URL, where no response reaches it. */
  | "in-url"
  /** The store failed. */
  | "kept"
  | "insecure-connection"
  | `failed-${FailureCode}`;

export interface ResponseFact extends Fact<ResponseCode> {
  readonly change: "set" | "cleared" | "none";
  /** The header by which the client is told: `"set-cookie"`, `"x-session-token"`. */
  readonly header: string | undefined;
}

type Code = Exclude<ResponseCode, `failed-${FailureCode}`>;

const SAYS: Readonly<Record<Code, string>> = {
  "new-session": "a new session began",
  login: "a login makes the token of before worthless",
  renewed: "what the user counts for has changed, so that the token of before is worthless",
  resumed: "a remember-me token opened the session, and the next one goes along",
  rotated: "a rotation began",
  resent: "a rotation awaits its acknowledgement, so its token goes out again",
  carried: "the session lives in its token, which was made anew",
  destroyed: "the session was ended",
  gone: "the session ended under this request",
  "not-committed": "nothing has been committed yet",
  "no-write": "nothing was written for a visitor (guarantee 1)",
  "not-cleared": "nothing was written, and a token that opens nothing does no harm where it is",
  current: "the client's token is current",
  acknowledged: "the client has come with its new token, which is the current one from now on",
  "in-flight": "the client has been given a newer token than this request's",
  superseded: "another request's login or new session replaced it, and the client has that one's",
  over: "the session ended earlier in this request",
  "nothing-to-clear": "the session was ended, and the client holds nothing",
  "headers-left": "the headers had left",
  "in-url": "the token stands in the URL, where no response reaches it",
  kept: "the store failed, and what the client holds must stay",
  "insecure-connection": "the cookie is Secure and the connection is not",
};

const REFUSED = "the request was refused, and what the client holds stays";

export function responseOf(trace: Trace, step: Step | undefined): ResponseFact {
  const failure = trace.failure ?? step?.failure;
  const header = step?.headers.find(([name]) => !ABOUT_ELSE.has(name))?.[0];
  const change = header && step ? step.change : "none";
  const told = header === "set-cookie" ? "Set-Cookie" : header;
  const what = told ? `${told}, ${change}` : "No Set-Cookie";
  if (failure && step?.insecure !== true) {
    const code = failureCode(failure);
    const why =
      code === "store" ? SAYS.kept : `${code === "cross-origin" ? "cross-origin " : ""}${REFUSED}`;
    return fact(code === "store" ? "kept" : `failed-${code}`, why);
  }
  const code = step?.insecure ? "insecure-connection" : codeOf(trace, step, change);
  return fact(code, SAYS[code]);

  function fact(code: ResponseCode, why: string): ResponseFact {
    return { change, header, code, says: `${what}: ${why}.` };
  }
}

/** Headers of a commit that tell the client no token. */
const ABOUT_ELSE: ReadonlySet<string> = new Set([
  "cache-control",
  "vary",
  "referrer-policy",
  "location",
]);

function codeOf(trace: Trace, step: Step | undefined, change: ResponseFact["change"]): Code {
  if (!step) return "not-committed";
  const { code } = decisionOf(trace, step);
  if (change === "cleared") return code === "gone" ? "gone" : "destroyed";
  if (change === "set") return setCode(trace, step, code);
  if (step.change !== "none") return "in-url";
  switch (code) {
    case "degraded":
      return "kept";
    case "superseded":
    case "over":
      return code;
    case "end":
      return "nothing-to-clear";
    case "gone":
      return "headers-left";
    default:
      return goodCode(trace, step);
  }
}

function setCode({ carried, unit }: Trace, { intent, rotated }: Step, code: string): Code {
  if (code === "start") return "new-session";
  if (intent.login) return "login";
  if (intent.auth) return "renewed";
  if (unit?.resumed) return "resumed";
  if (rotated) return "rotated";
  return carried ? "carried" : "resent";
}

/** Nothing was told of a session that goes on, or of none. */
function goodCode(trace: Trace, step: Step): Code {
  const decision = step.decision as Situation | undefined;
  if (decision?.kind === "continue" && !isGood(decision.match)) return "superseded";
  const chosen = chosenOf(trace);
  if (chosen) {
    const resend = decision && "resend" in decision && decision.resend;
    if (!step.deliverable && (resend || (trace.carried && decision))) return "headers-left";
    if (chosen.match === "pending") return "acknowledged";
    return chosen.match === "grace" ? "in-flight" : "current";
  }
  // It began in an earlier commit of this request.
  if (trace.unit?.loaded) return "current";
  if (trace.unit?.match === "superseded") return "superseded";
  return trace.tokens.length > 0 ? "not-cleared" : "no-write";
}

function isGood(match: string): boolean {
  return match === "current" || match === "pending" || match === "grace";
}
