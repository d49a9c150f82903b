import { availableParallelism, constants, getPriority, setPriority } from "node:os";

/**
 * Does `work` and never sleeps meanwhile. To wake a core costs whoever writes to it some microseconds of their own, and a server would pay the more
 * of them the slower it is. At the lowest priority, for the store has the same core and goes first.
 */
export async function awake<T>(work: () => Promise<T>): Promise<T> {
  if (availableParallelism() < 2) return work();
  const before = getPriority();
  if (!prioritised(constants.priority.PRIORITY_LOW)) return work();
  let done = false;
  const spin = (): void => {
    if (!done) setImmediate(spin);
  };
  spin();
  try {
    return await work();
  } finally {
    done = true;
    prioritised(before);
  }
}

/** Not everybody may raise their own again. */
function prioritised(priority: number): boolean {
  try {
    setPriority(priority);
    return true;
  } catch {
    return false;
  }
}
