/** Runs `work` for 0, 1, 2, … by so many at a time, until it was called `count` times or the time is over; how often it was. */
export async function inParallel(
  parallel: number,
  { count = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY },
  work: (number: number) => unknown,
): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && performance.now() < end) {
      const number = next;
      next += 1;
      await work(number);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return next;
}
