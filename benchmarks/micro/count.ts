/** Prints how many bytes of heap each operation takes, as JSON. Run by `counts.ts`, with the flags that make them repeatable. */
import { getHeapStatistics } from "node:v8";
import { median } from "../tax/measure/statistics.ts";
import { repeat } from "./operation.ts";
import { operations } from "./operations.ts";

const WARM_UP = 800;
const BATCHES = 3;
/** Takes less than the new space has room for, so that nothing is collected meanwhile. */
const BATCH = 500;

const counts: Record<string, number> = {};
for (const operation of await operations()) {
  await repeat(operation, WARM_UP);
  const batches: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    globalThis.gc?.();
    const before = allocated();
    const done = repeat(operation, BATCH);
    if (done) await done;
    batches.push((allocated() - before) / BATCH);
  }
  counts[operation.name] = Math.round(median(batches));
}
process.stdout.write(JSON.stringify(counts));

function allocated(): number {
  return getHeapStatistics().used_heap_size;
}
