import { type Settings, userOf } from "./fill.ts";
import { inParallel } from "./parallel.ts";
import type { Progress } from "./progress.ts";
import { idOf, login } from "./records.ts";
import type { Target } from "./targets.ts";

const LIMIT = { perUser: 5, onLimit: "evict-oldest" } as const;

/** What the store does in a second, over sessions chosen at random. */
export async function measureOperations(
  { name, store }: Target,
  { sessions, dataBytes, seconds, parallel }: Settings,
  progress: Progress,
): Promise<string> {
  const any = (): number => Math.floor(Math.random() * sessions);
  const work: Record<string, (number: number) => unknown> = {
    read: () => store.read(idOf(any())),
    touch: () => store.touch(idOf(any()), { lastSeenAt: Date.now(), expiresAt: Date.now() + 44e6 }),
    "read and update": async () => {
      const record = await store.read(idOf(any()));
      if (record) await store.update({ ...record, version: record.version + 1 }, record.version);
    },
    "login under a limit of 5": (number) =>
      store.create(login(sessions + number, userOf(any()), dataBytes), LIMIT),
    "list of a user": () => store.listByUser(userOf(any())),
    destroy: (number) => store.destroy(idOf(sessions + number)),
  };
  const rows: string[] = [];
  for (const [operation, run] of Object.entries(work)) {
    progress.show(`${name}: ${operation}`);
    const times: number[] = [];
    const count = await inParallel(parallel, { seconds }, async (number) => {
      const start = performance.now();
      await run(number);
      times.push(performance.now() - start);
    });
    times.sort((a, b) => a - b);
    const at = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(2);
    rows.push(`| ${operation} | ${Math.round(count / seconds)} | ${at(0.5)} | ${at(0.99)} |`);
  }
  const head = `| ${parallel} at a time | per second | p50, ms | p99, ms |`;
  return [head, "| --- | --- | --- | --- |", ...rows].join("\n");
}
