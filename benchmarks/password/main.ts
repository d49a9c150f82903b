// node benchmarks/password/main.ts [pairs]: whether the time of a verify tells who exists, and what 500 logins at once weigh.
import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, loadavg } from "node:os";
import type { PasswordsOptions } from "@coatcheck/password";
import { type StormResult, storm } from "./storm.ts";
import { type TimingResult, timings } from "./timing.ts";

const LOGINS = 500;
const STORMS: readonly (readonly [string, PasswordsOptions])[] = [
  ["19 MiB, 2 passes, 1 at once", { concurrency: 1 }],
  ["19 MiB, 2 passes, 2 at once", { concurrency: 2 }],
  ["19 MiB, 2 passes, 3 at once", { concurrency: 3 }],
  ["64 MiB, 3 passes, 2 at once", { concurrency: 2, argon2: { memoryKiB: 65536, passes: 3 } }],
];

if (process.send) {
  const [, options] = STORMS[Number(process.argv[2])] ?? [];
  process.send(await storm(LOGINS, options ?? {}));
} else await main();

async function main(): Promise<void> {
  const pairs = Number(process.argv[2] ?? 1000);
  if (!Number.isInteger(pairs) || pairs < 100) {
    process.stderr.write("usage: node benchmarks/password/main.ts [pairs, from 100]\n");
    process.exit(2);
  }
  const load = loadavg()[0]?.toFixed(1);
  print(`Node ${process.version}, ${availableParallelism()} cores, load ${load} at the start.`);

  print(`\n## ${LOGINS} logins at once\n`);
  print("| | seconds | p50 ms | p99 ms | grew by MiB | bound MiB | |");
  print("| --- | --: | --: | --: | --: | --: | --- |");
  let failed = false;
  for (const [index, [name]] of STORMS.entries()) {
    const child = fork(import.meta.filename, [String(index)]);
    const [result] = (await once(child, "message")) as [StormResult];
    const kept = result.growth < result.bound && result.right === Math.ceil(LOGINS / 3);
    if (!kept) failed = true;
    print(stormRow(name, result, kept));
  }

  const results = await timings(pairs);
  print("\n## Does the time of a verify tell who exists?\n");
  print("Each against a wrong password of a user that exists. µs.\n");
  print(
    "| | cost | pairs | median | difference | 99 % of it | Welch t | AUC | classifier | told apart |",
  );
  print("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --- |");
  for (const it of results) {
    if (it.apart !== it.expected) failed = true;
    print(timingRow(it));
  }
  const secret = results.filter(({ expected }) => !expected);
  print(
    `\n${secret.some(({ apart }) => apart) ? "They can be told apart." : "They cannot be told apart."}`,
  );
  if (failed) process.exitCode = 1;
}

function stormRow(name: string, it: StormResult, kept: boolean): string {
  const figures = [it.seconds, it.p50, it.p99, it.growth, it.bound].map((figure, index) =>
    figure.toFixed(index === 0 ? 2 : 0),
  );
  return `| ${name} | ${figures.join(" | ")} | ${kept ? "kept" : "BROKEN"} |`;
}

function timingRow(it: TimingResult): string {
  const [from, to] = it.interval;
  return [
    `| ${it.name}`,
    it.cost,
    it.pairs,
    it.medians[1].toFixed(1),
    it.difference.toFixed(1),
    `${from.toFixed(1)} to ${to.toFixed(1)}`,
    it.t.toFixed(2),
    `${it.auc.toFixed(3)} (0.5 ± ${it.aucNoise.toFixed(3)})`,
    `${(100 * it.accuracy).toFixed(1)} % (50 ± ${(100 * it.accuracyNoise).toFixed(1)})`,
    `${it.apart ? "yes" : "no"}${it.apart === it.expected ? "" : ", UNEXPECTED"} |`,
  ].join(" | ");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
