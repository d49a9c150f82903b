/** One store with so many sessions, in a process of its own: `node --expose-gc child.ts coatcheck 10000 175`. Prints its figures as JSON. */
import { Progress } from "../capacity/progress.ts";
import { longestPause } from "./pause.ts";
import { idOf } from "./records.ts";
import { type ScaleStore, stores } from "./store.ts";

/** Microseconds of each operation, and bytes of each session. */
export interface Weighed {
  readonly name: string;
  readonly sessions: number;
  readonly stored: number;
  readonly resident: number;
  readonly create: number;
  readonly get: number;
  readonly set: number;
  readonly touch: number;
  /** Milliseconds for which nothing else was done while all were swept. */
  readonly sweep: number | undefined;
}

const [, , key = "", size = "", bytes = ""] = process.argv;
const sessions = Number(size);
const store = (await stores[key]?.(Number(bytes))) as ScaleStore;
const progress = new Progress();
const SAMPLES = 20_000;

/** The first ones do not count: the code is compiled by them. */
const FIRST = 1000;
await fill(0, FIRST);
const before = weight();
const start = performance.now();
await fill(FIRST, sessions);
const counted = sessions - FIRST;
const create = ((performance.now() - start) * 1000) / counted;
const after = weight();
if ((await store.get(sessions - 1)) == null) throw new Error(`${store.name} has lost a session`);
const nothing = await timed((number) => idOf(number));
const costs = {
  get: (await timed((number) => store.get(number))) - nothing,
  set: (await timed((number) => store.set(number))) - nothing,
  touch: (await timed((number) => store.touch(number))) - nothing,
};
const sweep = store.sweep && (await longestPause(() => store.sweep?.()));
if (sweep !== undefined && (await store.get(sessions - 1)) != null) {
  throw new Error(`${store.name} has not swept`);
}
progress.end();
const weighed: Weighed = {
  name: store.name,
  sessions,
  stored: (after.stored - before.stored) / counted,
  resident: (after.resident - before.resident) / counted,
  create,
  ...costs,
  sweep,
};
process.stdout.write(JSON.stringify(weighed), () => process.exit());

async function fill(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    if (number % 1000 === 0) progress.show(`${store.name}: ${number} of ${sessions} sessions`);
    const done = store.create(number);
    if (done instanceof Promise) await done;
  }
}

/** Microseconds of one, over sessions far apart. */
async function timed(work: (number: number) => unknown): Promise<number> {
  let last = 0;
  const begin = performance.now();
  for (let i = 0; i < SAMPLES; i++) {
    last = (last + 7_919 * 31) % sessions;
    const done = work(last);
    if (done instanceof Promise) await done;
  }
  return ((performance.now() - begin) * 1000) / SAMPLES;
}

function weight(): { readonly stored: number; readonly resident: number } {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  // Typed arrays are not on the heap.
  return { stored: store.stored?.() ?? heapUsed + external, resident: rss };
}
