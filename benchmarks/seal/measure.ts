import { Progress } from "../capacity/progress.ts";
import type { Subject } from "./proven.ts";

/** Microseconds of one operation: the median of the rounds. */
export interface Figures {
  readonly name: string;
  readonly seal: number;
  readonly open: number;
  /** Seal and open together, in each round. */
  readonly trips: readonly number[];
}

const BATCH = 400;
const SLOW_BATCH = 64;
/** Rounds that do not count: until all is compiled, the larger code seems slower than it is. */
const WARM_UP = 20;

/** Rounds in turn, so that whatever else the machine does meets all subjects alike. */
export async function measure(
  what: string,
  subjects: readonly Subject[],
  rounds: number,
): Promise<Figures[]> {
  const progress = new Progress();
  const seals = subjects.map((): number[] => []);
  const opens = subjects.map((): number[] => []);
  for (let round = 1 - WARM_UP; round <= rounds; round++) {
    progress.show(round < 1 ? `${what}: warming up` : `${what}: round ${round} of ${rounds}`);
    for (const [index, subject] of subjects.entries()) {
      const seal = await batch(() => subject.seal(), subject.abreast);
      const open = await batch(() => subject.open(), subject.abreast);
      if (round < 1) continue;
      seals[index]?.push(seal);
      opens[index]?.push(open);
    }
  }
  progress.end();
  return subjects.map(({ name }, index) => {
    const [sealed = [], opened = []] = [seals[index], opens[index]];
    return {
      name,
      seal: median(sealed),
      open: median(opened),
      trips: sealed.map((time, round) => time + (opened[round] as number)),
    };
  });
}

/** How many times as long as `base`: the median of what each round says by itself. */
export function times(it: Figures, base: Figures): number {
  return median(it.trips.map((trip, round) => trip / (base.trips[round] as number)));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}

async function batch(work: () => unknown, abreast = 1): Promise<number> {
  const first = work();
  await first;
  if (first instanceof Promise) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < SLOW_BATCH; i += abreast) {
      await Promise.all(Array.from({ length: abreast }, work));
    }
    return Number(process.hrtime.bigint() - start) / SLOW_BATCH / 1000;
  }
  const start = process.hrtime.bigint();
  for (let i = 0; i < BATCH; i++) work();
  return Number(process.hrtime.bigint() - start) / BATCH / 1000;
}
