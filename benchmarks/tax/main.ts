/** What a session costs each request, beside the peers. See ../README.md. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { measureFramework } from "./measure/framework.ts";
import { type Options, optionsOf, USAGE } from "./options.ts";
import { pin } from "./pinning.ts";
import { type Figures, figuresOf } from "./report/figures.ts";
import { hottest } from "./report/hottest.ts";
import { table } from "./report/table.ts";
import { outcomes, targetTable } from "./report/targets.ts";
import { startRedis } from "./server/redis.ts";

if (process.argv.includes("--help")) {
  print(USAGE);
  process.exit();
}
const options = parsed();
const pinned = pin();
const redis = options.redis === undefined ? await startRedis(pinned.client) : undefined;
const launch = {
  node: options.node,
  pinned: pinned.server,
  redis: redis?.url ?? (options.redis as string),
};
const about = {
  node: execFileSync(options.node, ["--version"], { encoding: "utf8" }).trim(),
  cores: cpus().length,
  pinned: pinned.server.length > 0,
  load: loadavg()[0]?.toFixed(1),
  processes: options.processes,
  rounds: options.rounds,
  seconds: options.seconds,
};
print(
  `Node ${about.node}, ${about.cores} cores, ${about.pinned ? "pinned" : "not pinned"}, load ${about.load} at the start; ` +
    `${about.processes} processes of each server, ${about.rounds} rounds of ${about.seconds} s.`,
);
print("Tax: µs of CPU for each request over the bare framework, in brackets that of the bare one.");
print("¹ The server had to wait, for the client or the store: it can do more.");

// The servers end when this process does; Redis is told.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    const stopped = redis?.stop() ?? Promise.resolve();
    stopped.finally(() => process.exit(1));
  });
}

const all: Figures[] = [];
try {
  for (const framework of options.frameworks) {
    const series = await measureFramework(framework, options, launch);
    const figures = figuresOf(series);
    all.push(...figures);
    print(`\n${table(framework, figures)}`);
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify({ ...about, figures: all }, null, 2)}\n`);
    }
  }
  const found = outcomes(all, about.node);
  if (found.length > 0) print(`\n${targetTable(found)}`);
  if (found.some(({ met }) => !met)) process.exitCode = 1;
  if (options.profiles !== undefined) print(`\n${hottest(options.profiles)}`);
} finally {
  await redis?.stop();
}

function parsed(): Options {
  try {
    return optionsOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
