import type { Kind, Reply } from "../server/message.ts";
import { Histogram } from "./histogram.ts";

/** What the clients did and how it went. */
export class Tally {
  readonly latency = new Histogram();
  readonly operations = new Map<Kind, number>();
  readonly errors = new Map<string, number>();
  readonly ends = new Map<string, number>();
  /** Since the last look. */
  recent = new Histogram();
  failures = 0;
  unknown = 0;
  conflicts = 0;
  /** Requests that met one at least. */
  replayed = 0;
  refused = 0;
  lostResponses = 0;

  get total(): number {
    return this.latency.count;
  }

  add(kind: Kind, reply: Reply): void {
    count(this.operations, kind);
    this.latency.add(reply.micros);
    this.recent.add(reply.micros);
    this.conflicts += reply.conflicts;
    if (reply.conflicts > 0) this.replayed += 1;
    if (reply.lost) this.refused += 1;
    for (const [, reason] of reply.ended) count(this.ends, reason);
    if (reply.error === undefined) return;
    this.failures += 1;
    if (reply.error.unknown) this.unknown += 1;
    count(this.errors, `${reply.error.code}: ${reply.error.text}`);
  }

  /** The latencies since the last call. */
  take(): Histogram {
    const { recent } = this;
    this.recent = new Histogram();
    return recent;
  }
}

function count<Key>(map: Map<Key, number>, key: Key): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
