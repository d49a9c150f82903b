/**
 * Counts the bytes of heap that the hot operations take, which time cannot tell so well: `pnpm counts` writes them to `counts.json`,
 * `pnpm counts --check` fails where one has grown.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Counts, compared, TOLERANCE } from "./compare.ts";

/** What V8's compilers leave out depends on when they come round to it; what is in use is exact as long as nothing is collected. */
const FLAGS = [
  ...["--no-opt", "--no-maglev", "--no-sparkplug", "--single-threaded"],
  ...["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"],
  "--no-warnings",
];
const file = join(import.meta.dirname, "counts.json");

const bytes: Counts["bytes"] = JSON.parse(
  execFileSync(process.execPath, [...FLAGS, join(import.meta.dirname, "count.ts")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }),
);
if (process.argv.includes("--check")) check(JSON.parse(readFileSync(file, "utf8")));
else {
  writeFileSync(file, `${JSON.stringify({ node: process.version, bytes }, null, 2)}\n`);
  console.log(`${Object.keys(bytes).length} counts written to ${file}`);
}

function check({ node, bytes: recorded }: Counts): void {
  if (node !== process.version) {
    console.log(`The counts are of Node ${node}, this is ${process.version}: run pnpm counts.`);
    process.exitCode = 1;
    return;
  }
  const changes = compared(recorded, bytes);
  for (const { name, recorded = "–", counted = "–", verdict } of changes) {
    const mark = verdict === "same" ? "" : `  ${verdict.toUpperCase()}`;
    console.log(`${name.padEnd(60)} ${String(recorded).padStart(6)} ${counted}${mark}`);
  }
  if (changes.some(({ verdict }) => verdict !== "same" && verdict !== "shrunk")) {
    console.log(
      `\nBytes of heap for each operation: recorded, counted. One has grown by more than ${TOLERANCE * 100} %, is new or is gone.` +
        "\nTake the allocation out of the hot path; or run `pnpm counts` and commit counts.json, with the reason.",
    );
    process.exitCode = 1;
  } else if (changes.some(({ verdict }) => verdict === "shrunk")) {
    console.log("\nSome take less than is recorded. Run `pnpm counts`, so that it stays so.");
  }
}
