import type { EventSource, SessionEventName } from "@coatcheck/core";
import { currentTrace } from "./trace.ts";

const names = [
  "created",
  "login",
  "rotated",
  "ended",
  "token-rejected",
  "reuse-detected",
  "commit-lost",
  "conflict",
  "store-error",
  "served-anonymously",
  "cross-origin-refused",
  "data-invalid",
] as const satisfies readonly SessionEventName[];

/** Notes a manager's events in the trace of the request in which they happen. */
export function watchEvents(events: EventSource): void {
  for (const name of names) events.on(name, () => currentTrace().events.push(name));
}
