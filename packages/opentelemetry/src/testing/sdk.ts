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

/** A point of a metric: its attributes, and what was counted or how often something was measured. */
export interface Point {
  readonly metric: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** The real SDK, exporting into memory. */
export function sdk() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  const spans = new InMemorySpanExporter();
  const tracers = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const points = async (): Promise<Point[]> => {
    await meters.forceFlush();
    const latest = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    return latest.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor: { name: metric, unit }, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({
          metric,
          unit,
          attributes,
          value: typeof value === "number" ? value : value.count,
        })),
      ),
    );
  };
  return {
    meter: meters.getMeter("test"),
    tracer: tracers.getTracer("test"),
    points,
    /** Those that counted something, as `metric{attribute=value} 1`. */
    counted: async () =>
      (await points())
        .filter(({ value }) => value > 0)
        .map(({ metric, attributes, value }) => `${metric}{${spell(attributes)}} ${value}`)
        .sort(),
    spans: () => spans.getFinishedSpans(),
    stop: async () => {
      await meters.shutdown();
      await tracers.shutdown();
    },
  };
}

export function spell(attributes: Readonly<Record<string, unknown>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join();
}
