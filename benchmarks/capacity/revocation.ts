import type { Settings } from "./fill.ts";
import { inParallel } from "./parallel.ts";
import type { Progress } from "./progress.ts";
import { login } from "./records.ts";
import type { Target } from "./targets.ts";

const ROUNDS = 20;
/** Ids that no other part uses. */
const FIRST = 1e12;

/** What it costs to end all sessions of one user, by how many that are, in the full store. */
export async function measureRevocation(
  { name, store }: Target,
  { dataBytes, parallel }: Settings,
  progress: Progress,
): Promise<string> {
  const rows: string[] = [];
  let next = FIRST;
  for (const own of [1, 10, 100, 1_000]) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      progress.show(`${name}: revoking ${own} sessions of one user`);
      await inParallel(parallel, { count: own }, (i) =>
        store.create(login(next + i, "revoked", dataBytes)),
      );
      next += own;
      const start = performance.now();
      const ended = await store.destroyByUser("revoked");
      times.push(performance.now() - start);
      if (ended.length !== own) throw new Error(`${ended.length} of ${own} sessions were ended`);
    }
    times.sort((a, b) => a - b);
    rows.push(`| ${own} | ${(times[ROUNDS / 2] ?? 0).toFixed(2)} |`);
  }
  return ["| sessions of the user | revokeUser, ms (median) |", "| --- | --- |", ...rows].join(
    "\n",
  );
}
