import { Progress } from "../capacity/progress.ts";
import type { Subject } from "./subjects.ts";

/** Microseconds of one operation. */
export interface Figures {
  readonly name: string;
  readonly seal: number;
  readonly open: number;
}

const BATCH = 400;

/**
 * Rounds in turn, so that whatever else the machine does meets all subjects alike, and the best batch of each: noise only ever adds.
 */
export async function measure(
  what: string,
  subjects: readonly Subject[],
  rounds: number,
): Promise<Figures[]> {
  const progress = new Progress();
  const best = subjects.map(() => ({ seal: Number.POSITIVE_INFINITY, open: Infinity }));
  for (let round = 0; round < rounds; round++) {
    progress.show(`${what}: round ${round + 1} of ${rounds}`);
    for (const [index, subject] of subjects.entries()) {
      const figures = best[index] as (typeof best)[number];
      figures.seal = Math.min(figures.seal, await batch(() => subject.seal()));
      figures.open = Math.min(figures.open, await batch(() => subject.open()));
    }
  }
  progress.end();
  return subjects.map(({ name }, index) => ({ name, ...(best[index] as (typeof best)[number]) }));
}

async function batch(work: () => unknown): Promise<number> {
  const first = work();
  const asynchronous = first instanceof Promise;
  await first;
  const size = asynchronous ? BATCH / 10 : BATCH;
  const start = process.hrtime.bigint();
  if (asynchronous) for (let i = 0; i < size; i++) await work();
  else for (let i = 0; i < size; i++) work();
  return Number(process.hrtime.bigint() - start) / size / 1000;
}
