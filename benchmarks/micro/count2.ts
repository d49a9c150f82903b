/**
 * Prints how many bytes of heap each operation takes, as JSON. Run by `counts.ts` with the flags that make them repeatable: what the compilers of V8
 * leave out depends on when they come round to it.
 */
import { getHeapStatistics } from "node:v8";
import { median } from "../tax/measure/statistics.ts";
import { repeat } from "./operation.ts";
import { operations } from "./operations.ts";

const WARM_UP = 300;
const BATCHES = 5;
const BATCH = 500;

const counts: Record<string, number> = {};
for (const operation of await operations()) {
  await repeat(operation, WARM_UP);
  const batches: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    (globalThis as any).gc();
    const before = allocated();
    const done = repeat(operation, BATCH);
    if (done) await done;
    batches.push((allocated() - before) / BATCH);
  }
  console.error(operation.name, batches.join(" "));
  counts[operation.name] = Math.round(median(batches));
}
process.stdout.write(JSON.stringify(counts));

function allocated(): number {
  return getHeapStatistics().used_heap_size;
}
