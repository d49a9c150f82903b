import { ANSWER_LENGTH } from "../servers/texts.ts";
import type { Connection, Reply } from "./connection.ts";
import type { Visitor } from "./visitor.ts";

export interface Work {
  /** `GET /read`. */
  readonly line: string;
  /** Take turns. */
  readonly visitors: readonly Visitor[];
  /** Whether the visitors take the cookies they are given, as browsers do. */
  readonly keep: boolean;
  /** What all answers say; without, only their length is looked at. */
  readonly expected: string | undefined;
  /** A library may give up with a 503 here. */
  readonly mayFail?: boolean;
}

export interface Load {
  /** Those that were answered as they should be. */
  readonly requests: number;
  /** Those that were not: only where the work says that some may. */
  readonly failures: number;
  readonly seconds: number;
  /** Milliseconds of each request, sorted. */
  readonly latencies: Float64Array;
}

/** Keeps every connection busy, for so long or until so many requests have been made. Throws for any answer that is not as all should be. */
export function drive(
  connections: readonly Connection[],
  { line, visitors, keep, expected, mayFail = false }: Work,
  until: { readonly seconds?: number; readonly count?: number },
): Promise<Load> {
  const { promise, resolve, reject } = Promise.withResolvers<Load>();
  const begin = performance.now();
  const deadline = until.seconds === undefined ? Infinity : begin + until.seconds * 1000;
  const most = until.count ?? Infinity;
  const latencies: number[] = [];
  let sent = 0;
  let failures = 0;
  let busy = connections.length;
  const isExpected = (body: string): boolean =>
    expected === undefined ? body.length === ANSWER_LENGTH : body === expected;

  const next = (connection: Connection): void => {
    const start = performance.now();
    if (start >= deadline || sent >= most) {
      if (--busy > 0) return;
      const seconds = (start - begin) / 1000;
      const sorted = Float64Array.from(latencies).sort();
      resolve({ requests: latencies.length, failures, seconds, latencies: sorted });
      return;
    }
    const visitor = visitors[sent++ % visitors.length] as Visitor;
    const onReply = (reply: Reply): void => {
      if (reply.status === 200 && isExpected(reply.body)) {
        latencies.push(performance.now() - start);
      } else if (mayFail && reply.status === 503) {
        failures++;
      } else {
        reject(new Error(`${line} was answered with ${reply.status} ${reply.body}`));
        return;
      }
      if (keep) visitor.keep(reply);
      next(connection);
    };
    connection.send(visitor.request(line), onReply, reject);
  };
  for (const connection of connections) next(connection);
  return promise;
}

export function percentile({ latencies }: Load, part: number): number {
  return latencies[Math.floor(latencies.length * part)] ?? 0;
}
