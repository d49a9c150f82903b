/**
 * Milliseconds of the longest time in which the event loop did nothing else while `work` was under way. Time in which the thread
 * neither worked nor waited for a disk, as others had its core, is none of the work's: `disk` says whether it may wait for one.
 */
export async function longestPause(work: () => unknown, disk: boolean): Promise<number> {
  let longest = 0;
  let last = moment();
  let running = true;
  const tick = (): void => {
    const now = moment();
    const passed = now.time - last.time;
    longest = Math.max(longest, disk ? passed : Math.min(passed, now.work - last.work));
    last = now;
    if (running) setImmediate(tick);
  };
  await new Promise(setImmediate);
  last = moment();
  setImmediate(tick);
  await work();
  running = false;
  await new Promise(setImmediate);
  return longest;
}

function moment(): { readonly time: number; readonly work: number } {
  const { user, system } = process.threadCpuUsage();
  return { time: performance.now(), work: (user + system) / 1000 };
}
