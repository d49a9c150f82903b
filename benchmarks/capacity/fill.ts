import { inParallel } from "./parallel.ts";
import type { Progress } from "./progress.ts";
import { login } from "./records.ts";
import type { Target } from "./targets.ts";

export interface Settings {
  readonly sessions: number;
  readonly dataBytes: number;
  /** For each operation. */
  readonly seconds: number;
  /** Calls under way at the same time. */
  readonly parallel: number;
}

/** Two sessions for each user; what they weigh, as a table. */
export async function fill(
  target: Target,
  settings: Settings,
  progress: Progress,
): Promise<string> {
  const { sessions, dataBytes, parallel } = settings;
  const before = await target.bytes();
  const start = performance.now();
  await inParallel(parallel, { count: sessions }, (number) => {
    const done = ((100 * number) / sessions).toFixed(1);
    progress.show(`${target.name}: ${number} of ${sessions} sessions (${done} %)`);
    return target.store.create(login(number, userOf(number), dataBytes));
  });
  const seconds = (performance.now() - start) / 1_000;
  const bytes = (await target.bytes()) - before;
  const plain = login(0, userOf(0), dataBytes);
  const text = JSON.stringify(plain).length;
  return [
    "| sessions | data, bytes | record as JSON, bytes | stored, bytes per session | in all, MB | filled in, s | creates/s |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    `| ${sessions} | ${dataBytes} | ${text} | ${Math.round(bytes / sessions)} | ${Math.round(bytes / 1e6)} | ${seconds.toFixed(0)} | ${Math.round(sessions / seconds)} |`,
  ].join("\n");
}

export function userOf(number: number): string {
  return `user-${number >> 1}`;
}
