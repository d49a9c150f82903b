import { onTestFinished } from "vitest";

/** What nobody caught in this process from now on, until the test is over. */
export function watchUncaught(): readonly unknown[] {
  const errors: unknown[] = [];
  const note = (error: unknown) => errors.push(error);
  const kinds = ["unhandledRejection", "uncaughtException"] as const;
  for (const kind of kinds) process.on(kind, note);
  onTestFinished(() => {
    for (const kind of kinds) process.off(kind, note);
  });
  return errors;
}

/** Long enough for a rejection that nobody handles to be told. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
