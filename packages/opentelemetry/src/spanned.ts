import { attempt, chain, type MaybePromise } from "@coatcheck/core";
import {
  context,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { errorType } from "./error-type.ts";
import { safely } from "./safely.ts";

/** Runs `work` in a span that ends with it. The answer, at once or by a promise, and the error are those of `work`. */
export function spanned<T>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  work: () => MaybePromise<T>,
  note: (span: Span, answer: T) => void,
): MaybePromise<T> {
  const span = safely(() => tracer.startSpan(name, options));
  const inside = span && safely(() => trace.setSpan(context.active(), span));
  if (!span || !inside) return work();
  return attempt(
    () =>
      chain(context.with(inside, work), (answer) => {
        safely(() => note(span, answer));
        safely(() => span.end());
        return answer;
      }),
    (error) => {
      safely(() => fail(span, error));
      safely(() => span.end());
      throw error;
    },
  );
}

/** A request that was refused is no failure of the server (semantic conventions for HTTP, "Status"). */
function fail(span: Span, error: unknown): void {
  const { status } = (error ?? {}) as { readonly status?: unknown };
  span.setAttribute("error.type", errorType(error));
  if (typeof status !== "number" || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
