/** How long the small things take: `pnpm micro`, `pnpm micro 20 memory`. */
import { loadavg } from "node:os";
import { Progress } from "../capacity/progress.ts";
import { median, spread } from "../tax/measure/statistics.ts";
import { type Operation, repeat } from "./operation.ts";
import { operations } from "./operations.ts";

const BATCH = 500;
const WARM_UP = 40;

const rounds = Number(process.argv[2] ?? 60);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write("usage: pnpm micro [rounds] [part of a name]\n");
  process.exit(2);
}
const chosen = (await operations()).filter(({ name }) => name.includes(process.argv[3] ?? ""));
const load = loadavg()[0]?.toFixed(1);
const times = chosen.map((): number[] => []);
const progress = new Progress();
// In turn, so that whatever else the machine does meets all alike.
for (let round = 1 - WARM_UP; round <= rounds; round++) {
  progress.show(round < 1 ? "warming up" : `round ${round} of ${rounds}`);
  for (const [index, operation] of chosen.entries()) {
    const time = await batch(operation);
    if (round > 0) times[index]?.push(time);
  }
}
progress.end();

console.log(`Node ${process.version}, load ${load} at the start; medians of ${rounds} rounds.\n`);
console.log("| | ns | ± |\n| --- | --: | --: |");
for (const [index, { name }] of chosen.entries()) {
  const own = times[index] ?? [];
  console.log(`| ${name} | ${Math.round(median(own))} | ${Math.round(spread(own))} |`);
}

/** Nanoseconds of one. */
async function batch(operation: Operation): Promise<number> {
  const start = process.hrtime.bigint();
  const done = repeat(operation, BATCH);
  if (done) await done;
  return Number(process.hrtime.bigint() - start) / BATCH;
}
