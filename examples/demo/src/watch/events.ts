import type { EventSource } from "@coatcheck/core";
import { sessionEventNames } from "@coatcheck/core/event-names";
import { currentTrace } from "./trace.ts";

/** Notes a manager's events in the trace of the request in which they happen. */
export function watchEvents(events: EventSource): void {
  for (const name of sessionEventNames) events.on(name, () => currentTrace().events.push(name));
}
