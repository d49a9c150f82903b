import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 15_000;
const BETWEEN_MS = 200;

/** For what takes the demo's own time: asks until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await pause(BETWEEN_MS);
  }
}
