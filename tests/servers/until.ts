import { setTimeout as wait } from "node:timers/promises";

const LIMIT = 20_000;
const PAUSE = 15;

/**
 * Waits for another process: asks until the answer is `undefined`; any other answer, or an error, says what is still missing.
 *
 * @param giveUp - throws once asking has become pointless
 * @throws {Error} with the last answer, after 20 seconds.
 */
export async function until(
  ask: () => Promise<string | undefined>,
  giveUp: () => void = () => {},
): Promise<void> {
  const end = performance.now() + LIMIT;
  for (;;) {
    const lacking = await ask().catch((error: Error) => error.message || String(error));
    if (lacking === undefined) return;
    giveUp();
    if (performance.now() > end) throw new Error(`not ready after ${LIMIT} ms: ${lacking}`);
    await wait(PAUSE);
  }
}
