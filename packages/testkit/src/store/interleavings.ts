import { setImmediate as turn } from "node:timers/promises";
import type { MaybePromise } from "@coatcheck/core";
import { labelled, type StepStore } from "./step.ts";

/** Two tasks over one step store, fresh for each schedule. */
export interface World<A, B> {
  readonly step: StepStore;
  /** Started at the same time: the calls of the first are called A, those of the second B. */
  readonly run: readonly [() => Promise<A>, () => Promise<B>];
  /** Called when the schedule is over and checked, whatever came of it. */
  dispose?(): MaybePromise<void>;
}

/** How one schedule ended. */
export interface ScheduleResult<A, B, W extends World<A, B> = World<A, B>> {
  /** Whose call was released, in order: `"ABBA"`. */
  readonly schedule: string;
  readonly results: readonly [PromiseSettledResult<A>, PromiseSettledResult<B>];
  readonly world: W;
}

/** Bounds of `interleavings`. */
export interface InterleavingOptions {
  /** Turns of the event loop that a task may take between two store calls. Default 2000. */
  readonly patience?: number;
  /** More schedules than this are an error. Default 100000. */
  readonly maxSchedules?: number;
}

type Label = "A" | "B";

/**
 * Runs two tasks in every order in which their store calls can follow each other, and calls `check` after each. How many
 * calls a task makes may depend on the order. Waits by turns of the event loop, never by time.
 *
 * @returns how many schedules were run.
 * @throws what `check` threw, as the cause of an error that names the schedule.
 */
export async function interleavings<A, B, W extends World<A, B> = World<A, B>>(
  make: () => MaybePromise<W & World<A, B>>,
  check: (result: ScheduleResult<A, B, W>) => MaybePromise<void>,
  { patience = 2_000, maxSchedules = 100_000 }: InterleavingOptions = {},
): Promise<number> {
  const open = [""];
  let count = 0;
  for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
    if (count === maxSchedules) throw new Error(`more than ${maxSchedules} schedules`);
    count += 1;
    const world = await make();
    try {
      const { schedule, results } = await play(world, prefix, patience, open);
      await attributed(schedule, () => check({ schedule, results, world }));
    } finally {
      await world.dispose?.();
    }
  }
  return count;
}

/** Replays `prefix`, then lets A go first wherever both could, leaving B's turn in `open` for later. */
async function play<A, B>(
  world: World<A, B>,
  prefix: string,
  patience: number,
  open: string[],
): Promise<Pick<ScheduleResult<A, B>, "schedule" | "results">> {
  const a = start("A", world.run[0]);
  const b = start("B", world.run[1]);
  let schedule = "";
  for (;;) {
    await settle(world.step, [a, b], patience, schedule);
    const ready = (["A", "B"] as const).filter((label) => oldest(world.step, label) >= 0);
    if (ready.length === 0) break;
    const planned = prefix[schedule.length] as Label | undefined;
    const chosen = planned ?? (ready[0] as Label);
    if (!ready.includes(chosen)) {
      throw new Error(
        `tasks do not repeat: after "${schedule}", ${chosen} had a call to make and now has none`,
      );
    }
    if (planned === undefined && ready.length === 2) open.push(`${schedule}B`);
    schedule += chosen;
    await world.step.release(oldest(world.step, chosen));
  }
  return { schedule, results: [await a.result, await b.result] };
}

interface Task<T> {
  readonly label: Label;
  readonly result: Promise<PromiseSettledResult<T>>;
  finished: boolean;
}

function start<T>(label: Label, work: () => Promise<T>): Task<T> {
  const result = labelled(label, async () => {
    const [settled] = await Promise.allSettled([(async () => work())()]);
    task.finished = true;
    return settled;
  });
  const task: Task<T> = { label, result, finished: false };
  return task;
}

/**
 * Waits until every task is finished or parked. One that is neither may wait for the other, as in a queue: then the
 * schedule goes on with the one that is parked.
 */
async function settle(
  step: StepStore,
  tasks: ReadonlyArray<Task<unknown>>,
  patience: number,
  schedule: string,
): Promise<void> {
  const idle = (task: Task<unknown>): boolean => task.finished || oldest(step, task.label) >= 0;
  for (let turns = 0; turns < patience && !tasks.every(idle); turns += 1) await turn();
  // A task that has parked one call may be about to park another beside it.
  await turn();
  const running = tasks.filter((task) => !task.finished).map((task) => task.label);
  if (running.length > 0 && !tasks.some((task) => oldest(step, task.label) >= 0)) {
    throw new Error(
      `after "${schedule}", ${running.join(" and ")} neither finished nor called the store ` +
        `within ${patience} turns of the event loop`,
    );
  }
}

function oldest(step: StepStore, label: Label): number {
  return step.waiting.findIndex((call) => call.by === label);
}

async function attributed(schedule: string, check: () => MaybePromise<void>): Promise<void> {
  try {
    await check();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`schedule ${schedule}: ${message}`, { cause });
  }
}
