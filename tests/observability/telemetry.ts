import type { Meter, Tracer } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

export interface TestTelemetry {
  readonly meter: Meter;
  readonly tracer: Tracer;
  /** All that was exported so far, as an exporter gets it: what is in there leaves the process. */
  exported(): Promise<{ readonly metrics: unknown[]; readonly spans: readonly { name: string }[] }>;
}

/** The real SDK, exporting into memory. */
export function telemetry(): TestTelemetry {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  const spans = new InMemorySpanExporter();
  const tracers = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  return {
    meter: meters.getMeter("test"),
    tracer: tracers.getTracer("test"),
    async exported() {
      await meters.forceFlush();
      return {
        metrics:
          exporter
            .getMetrics()
            .at(-1)
            ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [],
        spans: spans.getFinishedSpans(),
      };
    },
  };
}
