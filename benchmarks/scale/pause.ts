/** Milliseconds of the longest time in which the event loop did nothing else while `work` was under way. */
export async function longestPause(work: () => unknown): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(tick);
  };
  await new Promise(setImmediate);
  last = performance.now();
  setImmediate(tick);
  await work();
  running = false;
  await new Promise(setImmediate);
  return longest;
}
