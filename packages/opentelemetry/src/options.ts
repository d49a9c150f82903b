import { SessionConfigError } from "@coatcheck/core";
import { type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";

/** By what the application's OpenTelemetry is reached. */
export interface TelemetryOptions {
  /** Default: of the global meter provider, which has to be registered before. */
  meter?: Meter;
  /** Default: of the global tracer provider. */
  tracer?: Tracer;
  /** What the names of metrics, spans and attributes begin with. Default `"coatcheck"`. */
  prefix?: string;
}

export type Telemetry = Required<TelemetryOptions>;

const SCOPE = "@coatcheck/opentelemetry";

/** Of an instrument's name (OpenTelemetry, Metrics API, "Instrument name syntax"), with room for the rest. */
const PREFIX = /^[a-z][\w./-]{0,99}$/i;

export function telemetryOf(options: TelemetryOptions): Telemetry {
  const { prefix = "coatcheck" } = options;
  if (typeof prefix !== "string" || !PREFIX.test(prefix)) {
    throw new SessionConfigError(
      "prefix",
      'option prefix must begin with a letter and hold letters, digits and "_.-/" only, as "coatcheck"',
    );
  }
  const { meter = metrics.getMeter(SCOPE), tracer = trace.getTracer(SCOPE) } = options;
  return { meter, tracer, prefix };
}
