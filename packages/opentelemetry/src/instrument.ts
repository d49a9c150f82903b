import type { SessionEventName, SessionEvents, Sessions } from "@coatcheck/core";
import { sessionEventNames } from "@coatcheck/core/event-names";
import { COUNTED, type Counted } from "./counters.ts";
import { type Telemetry, type TelemetryOptions, telemetryOf } from "./options.ts";
import { safely } from "./safely.ts";
import { spanManager } from "./span-manager.ts";

export interface InstrumentOptions extends TelemetryOptions {
  /** A span for each `open`, and for the `commit` that the response waits for. Those of an observed store are then inside. Default `false`. */
  spans?: boolean;
}

/**
 * Counts what happens to a manager's sessions: one counter an event, as `coatcheck.session.login`. The function returned ends that.
 *
 * @throws SessionConfigError for a `prefix` that no metric can have.
 */
export function instrumentSessions<Data extends object>(
  sessions: Sessions<Data>,
  options: InstrumentOptions = {},
): () => void {
  const telemetry = telemetryOf(options);
  const ends = sessionEventNames.map((name) => count(sessions, name, telemetry));
  if (options.spans) ends.push(spanManager(sessions, telemetry));
  return () => {
    for (const end of ends) end();
  };
}

function count<Name extends SessionEventName, Data extends object>(
  sessions: Sessions<Data>,
  name: Name,
  { meter, prefix }: Telemetry,
): () => void {
  const { description, by } = COUNTED[name] as Counted<SessionEvents[Name]>;
  const metric = `${prefix}.session.${name.replaceAll("-", "_")}`;
  const counter = meter.createCounter(metric, { description, unit: "{event}" });
  const key = `${prefix}.${by?.name}`;
  const add = (count: number, value?: string | boolean) => {
    // A listener that throws would bring the process down.
    safely(() => counter.add(count, value === undefined ? {} : { [key]: value }));
  };
  // Before the first: of a counter that appears with 1 no increase is seen.
  if (by) for (const value of by.values) add(0, value);
  else add(0);
  return sessions.events.on(name, (event) => add(1, by?.of(event)));
}
