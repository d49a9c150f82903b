import { SERVERS } from "../../examples/demo/src/demo.ts";
import { freePort } from "../../examples/demo/src/ports.ts";

/** Below where systems take ports for outgoing connections from, and a stretch of its own for each of the workers that run at once. */
const LOWEST = 20_000;
const STRETCH = 100;

/** The first of as many free ports as the demo has servers. Other suites start it at the same time. */
export async function demoPort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0);
  const first = await freePort(LOWEST + worker * STRETCH, SERVERS);
  if (first === undefined) throw new Error("there are no free ports for the demo");
  return first;
}
