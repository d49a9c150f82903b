import { AsyncLocalStorage } from "node:async_hooks";

/** Puts two operations' calls in every possible order: each call waits until it is its operation's turn. */
export interface Scheduler {
  /** To be awaited before each call. Outside of `run` nothing waits. */
  turn(): Promise<void>;
}

interface Run extends Scheduler {
  begin(operations: readonly (() => Promise<unknown>)[]): Promise<void>;
}

/** More often than this no schedule takes the turn from an operation that could go on: every race known here needs two. */
const SWITCHES = 3;

/**
 * Calls `make` once for each schedule of the two operations that it gives, and `check` when both are through. How many there were.
 *
 * A schedule is a list of choices, made each time both wait: to go on with the same one, or to switch. The next one differs in the last choice that could have been
 * another.
 */
export async function everySchedule<World>(
  make: (scheduler: Scheduler) => Promise<{
    readonly world: World;
    readonly operations: readonly [() => Promise<unknown>, () => Promise<unknown>];
  }>,
  check: (world: World, schedule: string) => Promise<void>,
): Promise<number> {
  let choices: number[] = [];
  for (let count = 1; ; count++) {
    const taken: number[] = [];
    const run = scheduler(() => {
      const choice = choices[taken.length] ?? 0;
      taken.push(choice);
      return choice;
    });
    const { world, operations } = await make(run);
    await run.begin(operations);
    await check(world, taken.join(""));
    const switches = (end: number) => taken.slice(0, end).filter((choice) => choice === 1).length;
    const last = taken.findLastIndex((choice, at) => choice === 0 && switches(at) < SWITCHES);
    if (last === -1) return count;
    choices = [...taken.slice(0, last), 1];
  }
}

function scheduler(choose: () => number): Run {
  const whose = new AsyncLocalStorage<number>();
  const waiting: ((() => void) | undefined)[] = [];
  const alive = new Set<number>();
  let advance = (): void => {};
  let current = 0;

  return {
    turn: () => {
      const operation = whose.getStore();
      if (operation === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        waiting[operation] = resolve;
        advance();
      });
    },
    async begin(operations) {
      const running = operations.map((operation, index) => {
        alive.add(index);
        return whose.run(index, async () => {
          await Promise.resolve();
          try {
            await operation();
          } finally {
            alive.delete(index);
            advance();
          }
        });
      });
      advance = () => {
        const ready = [...alive].filter((index) => waiting[index]);
        if (ready.length < alive.size || ready.length === 0) return;
        const switches = ready.length > 1 && choose() === 1;
        current = ready.find((index) => (index === current) !== switches) ?? (ready[0] as number);
        const index = current;
        const go = waiting[index];
        waiting[index] = undefined;
        go?.();
      };
      await Promise.all(running);
    },
  };
}
