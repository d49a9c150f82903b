import { readFileSync } from "node:fs";

/** Milliseconds of the longest time in which the event loop did nothing else while `work` was under way, but for those in which others had the core. */
export async function longestPause(work: () => unknown): Promise<number> {
  let longest = 0;
  let last = 0;
  let running = true;
  const tick = (): void => {
    const now = performance.now() - robbed();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(tick);
  };
  await new Promise(setImmediate);
  last = performance.now() - robbed();
  setImmediate(tick);
  await work();
  running = false;
  await new Promise(setImmediate);
  return longest;
}

/** Milliseconds for which this thread could have worked, and had no core. Elsewhere than on Linux nobody tells. */
function robbed(): number {
  try {
    const [, waited] = readFileSync(`/proc/${process.pid}/schedstat`, "latin1").split(" ");
    return Number(waited) / 1e6;
  } catch {
    return 0;
  }
}
