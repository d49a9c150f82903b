import { SessionError, type SessionErrorCode } from "../errors.ts";
import type { Situation } from "../session/assess.ts";
import type { Plan } from "../stateless/plan.ts";
import type { Fact } from "./explanation.ts";
import type { Step, Trace } from "./trace.ts";

/** The code of the error that ended it; `"unforeseen"` for one that is none of ours. */
export type FailureCode = SessionErrorCode | "unforeseen";

/** What was decided for the store. */
export type DecisionCode =
  | "idle"
  /** The times only. */
  | "touch"
  /** A new version of the session. */
  | "continue"
  /** A new session. */
  | "start"
  | "end"
  /** The session ended under this request. */
  | "gone"
  /** A login or a new session replaced this request's token. */
  | "superseded"
  /** Nothing was committed yet. */
  | "open"
  /** The session could not be opened. */
  | "refused"
  /** The commit failed. */
  | "failed"
  /** The store had failed, and the request was served as nobody. */
  | "degraded"
  /** The session had ended by an earlier commit of this request. */
  | "over";

const SAYS: Readonly<Record<Exclude<DecisionCode, "refused" | "failed">, string>> = {
  open: "Nothing has been committed yet.",
  idle: "There was nothing to write.",
  touch: "Only the times were written.",
  continue: "A new version of the session was written.",
  start: "A new session was written.",
  end: "The session was ended.",
  gone: "The session had ended while this request worked, so that nothing was written.",
  superseded:
    "A login or a new session had replaced this request's token while it worked, so that nothing was written.",
  degraded:
    "The store had failed and the request was served as nobody, so that nothing was written.",
  over: "The session had ended by an earlier commit of this request.",
};

const FAILURES: Readonly<Record<FailureCode, string>> = {
  config: "the configuration does not allow it",
  store: "the store failed or was too slow",
  conflict: "too many others wrote at the same time",
  "cross-origin": "it came from another origin and could act",
  "too-late": "a change came after the headers had left",
  destroyed: "the session had ended",
  unserialisable: "a value would not survive being stored",
  "invalid-data": "the data does not satisfy the schema",
  cookie: "the cookie would not reach the client",
  limit: "the user has as many sessions as allowed",
  csrf: "its form or header brought no CSRF token of this session",
  unauthenticated: "nobody is logged in",
  "stale-login": "the user has to log in again for this",
  "not-elevated": "the user has to step up for this",
  forbidden: "the user may not do that",
  "not-loaded": "nobody had loaded the session",
  unforeseen: "something else threw",
};

export function failureCode(failure: unknown): FailureCode {
  return failure instanceof SessionError ? failure.code : "unforeseen";
}

export function decisionOf(trace: Trace, step: Step | undefined): Fact<DecisionCode> {
  if (trace.failure) {
    const why = FAILURES[failureCode(trace.failure)];
    return { code: "refused", says: `No session was opened for the request: ${why}.` };
  }
  if (step?.failure) {
    return { code: "failed", says: `The commit failed: ${FAILURES[failureCode(step.failure)]}.` };
  }
  const code = codeOf(trace, step);
  return { code, says: SAYS[code] + seenOf(code, step) };
}

/** Whether the visit was to be noted, where that is all there is to say. */
function seenOf(code: DecisionCode, step: Step | undefined): string {
  if (code === "touch") {
    return step?.touchDue
      ? " The last visit was noted longer than touchEvery ago."
      : " The handler asked for it within touchEvery.";
  }
  if (code === "idle" && step?.touchDue) {
    return " That the client was here was not noted: its browser asks ahead of its user.";
  }
  if (code === "continue" && step && step.conflicts > 0) {
    return ` Others had written since it was read: decided again ${times(step.conflicts)}.`;
  }
  return "";
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function codeOf(
  { unit }: Trace,
  step: Step | undefined,
): Exclude<DecisionCode, "refused" | "failed"> {
  if (!step) return "open";
  if (unit?.degraded) return "degraded";
  if (step.wasOver) return "over";
  // Both kinds of storage tell theirs by the same way.
  const decision = step.decision as Situation | Plan | undefined;
  if (!decision) return step.intent.destroy ? "end" : "idle";
  switch (decision.kind) {
    case "lost":
      return decision.reason;
    case "renew":
      return decision.optional ? "touch" : "continue";
    default:
      return decision.kind;
  }
}
