import { attempt, chain, type MaybePromise, type SessionStore } from "@coatcheck/core";
import { type Attributes, SpanKind } from "@opentelemetry/api";
import { errorType } from "./error-type.ts";
import { facadeOf } from "./facade.ts";
import { type TelemetryOptions, telemetryOf } from "./options.ts";
import { type Operation, operations, outcomeOf, sessionOf } from "./outcome.ts";
import { safely } from "./safely.ts";
import { spanned } from "./spanned.ts";

export interface ObservedStoreOptions extends TelemetryOptions {
  /** Spans say which session a call was about. Metrics never do. Default `false`. */
  sessionId?: boolean;
}

/** Of the semantic conventions for `db.client.operation.duration`, and one for stores in the same process. Seconds. */
const BOUNDARIES = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * The same store, measured: how long each call takes, by operation and outcome, in the histogram `coatcheck.store.duration`, and a span for
 * each. It has the capabilities of `store` and no others, answers at once where that does, and changes neither an answer nor an error.
 *
 * @throws SessionConfigError for a `prefix` that no metric can have.
 */
export function observedStore<Store extends SessionStore>(
  store: Store,
  options: ObservedStoreOptions = {},
): Store {
  const { meter, tracer, prefix } = telemetryOf(options);
  const duration = meter.createHistogram(`${prefix}.store.duration`, {
    description: "How long calls of the session store take",
    unit: "s",
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });

  const observe = (operation: Operation, args: readonly unknown[]) => {
    const start = performance.now();
    const about: Attributes = { [`${prefix}.operation`]: operation };
    const outcomeName = `${prefix}.outcome`;
    const record = (outcome: () => Attributes) => {
      const seconds = (performance.now() - start) / 1000;
      safely(() => duration.record(seconds, { ...about, ...outcome() }));
    };
    const id = options.sessionId && !operation.endsWith("ByUser") ? sessionOf(args[0]) : undefined;
    const attributes = { ...about, ...(id && { [`${prefix}.session.id`]: id }) };
    const call = (): MaybePromise<unknown> =>
      Reflect.apply(store[operation] as () => MaybePromise<unknown>, store, args);
    const span = () =>
      spanned(
        tracer,
        `${prefix}.store ${operation}`,
        { kind: SpanKind.CLIENT, attributes },
        call,
        (it, answer) => it.setAttribute(outcomeName, outcomeOf(operation, answer)),
      );
    return attempt(
      () =>
        chain(span(), (answer) => {
          record(() => ({ [outcomeName]: outcomeOf(operation, answer) }));
          return answer;
        }),
      (error) => {
        record(() => ({ [outcomeName]: "error", "error.type": errorType(error) }));
        throw error;
      },
    );
  };

  const observed = facadeOf(store);
  for (const operation of operations) {
    if (typeof store[operation] !== "function") continue;
    const value = (...args: unknown[]) => observe(operation, args);
    Object.defineProperty(observed, operation, { value, enumerable: true, configurable: true });
  }
  return observed;
}
