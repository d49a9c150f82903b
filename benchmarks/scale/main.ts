/** What sessions weigh in this process's memory, and what a store of so many costs, beside the peers. See ../README.md. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import type { Weighed } from "./child.ts";

const USAGE = `pnpm scale [options]
  --only coatcheck,sqlite   default: coatcheck,express-session,memorystore,sqlite
  --sizes 10000,100000      default: 10000,100000,1000000
  --data-bytes 175          of JSON in each session; with 175 express-session keeps texts of about 290
  --json FILE`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "coatcheck,express-session,memorystore,sqlite" },
    sizes: { type: "string", default: "10000,100000,1000000" },
    "data-bytes": { type: "string", default: "175" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}

console.log(
  `Node ${process.version}, load ${loadavg()[0]?.toFixed(1)} at the start; ${values["data-bytes"]} bytes of data.\n`,
);
const head =
  "| store | sessions | bytes each | RSS each | create µs | get µs | set µs | touch µs | longest pause of a sweep, ms |";
console.log(`${head}\n| --- | --: | --: | --: | --: | --: | --: | --: | --: |`);
const all: Weighed[] = [];
for (const size of values.sizes.split(",")) {
  for (const store of values.only.split(",")) {
    const weighed = await weigh(store, size, values["data-bytes"]);
    all.push(weighed);
    console.log(row(weighed));
  }
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ node: process.version, all }, null, 2)}\n`);
}

async function weigh(...args: readonly string[]): Promise<Weighed> {
  const flags = ["--expose-gc", "--no-warnings", "--max-old-space-size=8192"];
  const child = join(import.meta.dirname, "child.ts");
  const running = promisify(execFile)(process.execPath, [...flags, child, ...args]);
  running.child.stderr?.pipe(process.stderr);
  return JSON.parse((await running).stdout);
}

function row(it: Weighed): string {
  const micro = [it.create, it.get, it.set, it.touch].map((cost) => cost.toFixed(1));
  const cells = [
    it.name,
    it.sessions,
    Math.round(it.stored),
    Math.round(it.resident),
    ...micro,
    it.sweep?.toFixed(1) ?? "–",
  ];
  return `| ${cells.join(" | ")} |`;
}
