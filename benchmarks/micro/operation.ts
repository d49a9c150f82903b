/** Something small that every request does. Whoever has to wait answers with a promise. */
export interface Operation {
  readonly name: string;
  run(): unknown;
}

/** So that no compiler finds out that nobody looks at the results. */
let last: unknown;

/** Does it so many times. */
export function repeat({ run }: Operation, times: number): void | Promise<void> {
  for (let i = 0; i < times; i++) {
    last = run();
    if (last instanceof Promise) return repeatLater(run, times - i, last);
  }
}

async function repeatLater(
  run: () => unknown,
  times: number,
  first: Promise<unknown>,
): Promise<void> {
  await first;
  for (let i = 1; i < times; i++) last = await run();
}
