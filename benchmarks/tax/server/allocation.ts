import { GCProfiler, type GCProfilerResult, getHeapStatistics } from "node:v8";

/** Newer than the types: Node.js 26 counts. */
type Statistics = ReturnType<typeof getHeapStatistics> & {
  readonly total_allocated_bytes?: number;
};

let profiler: GCProfiler | undefined;
let collected = 0;

/**
 * Bytes that the heap has given out; only differences mean something. Node.js 24 does not count them: there it is what is in use, and what each
 * collection since the first call has freed.
 */
export function allocated(): number {
  const { total_allocated_bytes: total, used_heap_size: used } = getHeapStatistics() as Statistics;
  if (total !== undefined) return total;
  if (profiler) collected += freed(profiler.stop());
  profiler = new GCProfiler();
  profiler.start();
  return used + collected;
}

function freed({ statistics }: GCProfilerResult): number {
  return statistics.reduce(
    (sum, { beforeGC, afterGC }) =>
      sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    0,
  );
}
