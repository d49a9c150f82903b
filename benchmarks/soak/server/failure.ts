import { SessionError, SessionStoreError } from "@coatcheck/core";
import type { Failure, Operation } from "./message.ts";

/** What a failed request leaves open. `committing`: the session had been opened. */
export function failureOf(
  error: unknown,
  { kind }: Operation,
  committing: boolean,
  stepwise: boolean,
): Failure {
  const text = error instanceof Error ? error.message : String(error);
  if (!(error instanceof SessionError)) return { code: "other", unknown: true, text };
  const visits = kind !== "revoke" && kind !== "revokeUser";
  const unwritten =
    !(error instanceof SessionStoreError) ||
    (visits && !committing) ||
    // A login may read after it has written.
    (kind !== "login" && error.operation === "read") ||
    // In several steps, the one that was not sent may not have been the first.
    (!stepwise && error.operation !== "destroy" && wasNotSent(error.cause));
  return { code: error.code, unknown: !unwritten, text };
}

/** The driver had no connection and found none. */
function wasNotSent(cause: unknown): boolean {
  const { code, constructor: origin } = Object(cause) as {
    readonly code?: unknown;
    readonly constructor?: { readonly name: string };
  };
  return code === "ECONNREFUSED" || origin?.name === "ClientOfflineError";
}
