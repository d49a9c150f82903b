const BUCKETS = 400;
const GROWTH = Math.log(1.05);

/** Latencies in microseconds, to 5 %. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  count = 0;

  add(micros: number): void {
    const bucket = Math.floor(Math.log(Math.max(1, micros)) / GROWTH);
    const at = Math.min(BUCKETS - 1, bucket);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.count += 1;
  }

  /** The latency that this share of all stays below, in milliseconds. */
  quantile(share: number): number {
    let left = share * this.count;
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.exp((bucket + 1) * GROWTH) / 1_000;
    }
    return 0;
  }
}
