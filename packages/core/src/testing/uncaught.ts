/** The uncaught exceptions that `work` leads to, caught here instead of by the test runner. For tests. */
export async function uncaught(work: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const others = process.listeners("uncaughtException");
  const listener = (error: unknown) => errors.push(error);
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", listener);
  try {
    await work();
    // Microtasks and next ticks have run by the time that an immediate does.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("uncaughtException", listener);
    for (const other of others) process.on("uncaughtException", other);
  }
  return errors;
}
