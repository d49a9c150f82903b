import { setImmediate as turn } from "node:timers/promises";
import type { World } from "@coatcheck/testkit";

export type Label = "A" | "B";

/** Says whose call comes next; `undefined`: nobody's any more. */
export type Choose = (ready: readonly Label[], schedule: string) => Label | undefined;

/** A schedule under way. Whoever is never chosen again is a process that stands still. */
export interface Play<T> {
  readonly schedule: string;
  /** `undefined`: it stands still. */
  readonly settled: readonly [
    PromiseSettledResult<T> | undefined,
    PromiseSettledResult<T> | undefined,
  ];
  /** Goes on where `choose` ended it. */
  resume(choose: Choose): Promise<Play<T>>;
}

/** Runs two tasks in the one order that `choose` decides. */
export function play<T>(world: World<T, T>, choose: Choose): Promise<Play<T>> {
  const settled: [PromiseSettledResult<T> | undefined, PromiseSettledResult<T> | undefined] = [
    undefined,
    undefined,
  ];
  for (const [index, run] of world.run.entries()) {
    void Promise.allSettled([run()]).then(([result]) => {
      settled[index] = result;
    });
  }
  return proceed(world, settled, "", choose);
}

async function proceed<T>(
  world: World<T, T>,
  settled: Play<T>["settled"],
  before: string,
  choose: Choose,
): Promise<Play<T>> {
  let schedule = before;
  for (;;) {
    const ready = await parked(world, settled);
    const chosen = ready.length > 0 ? choose(ready, schedule) : undefined;
    if (chosen === undefined) break;
    schedule += chosen;
    await world.step.release(world.step.waiting.findIndex((call) => call.by === chosen));
  }
  const end = schedule;
  return { schedule, settled, resume: (next) => proceed(world, settled, end, next) };
}

/** Who has a call to make, as soon as everybody has finished or has one. */
async function parked<T>(world: World<T, T>, settled: Play<T>["settled"]): Promise<Label[]> {
  const has = (label: Label): boolean => world.step.waiting.some((call) => call.by === label);
  for (let turns = 0; turns < 2_000; turns += 1) {
    await turn();
    const labels = (["A", "B"] as const).filter((_, index) => settled[index] === undefined);
    if (labels.every(has)) return labels;
  }
  throw new Error("a task neither finished nor called a store");
}
