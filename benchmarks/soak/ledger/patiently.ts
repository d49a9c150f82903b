import { setTimeout } from "node:timers/promises";

const PATIENCE_MS = 60_000;

/** Asks again while the store is away: whoever has stopped it may be starting it again. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > until) throw error;
      await setTimeout(200);
    }
  }
}
