import { setTimeout as wait } from "node:timers/promises";

/** Waits before the next look at what another process is doing; longer with each `round`, counted from 0. Injected, so that no test sleeps. */
export type Pause = (round: number) => Promise<void>;

const SHORTEST_MS = 20;
const LONGEST_MS = 320;

export const backOff: Pause = async (round) => {
  await wait(Math.min(LONGEST_MS, SHORTEST_MS * 2 ** round));
};
