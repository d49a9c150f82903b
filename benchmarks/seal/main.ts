// node benchmarks/seal/main.ts [rounds]: what a seal costs, beside the bare cipher and the peers that are installed.
import { availableParallelism, loadavg } from "node:os";
import { type Figures, measure } from "./measure.ts";
import { peers } from "./peers.ts";
import { keyPerSeal, ours, raw, refusals } from "./subjects.ts";
import { sessionText } from "./texts.ts";

const TARGET = 2;
const rounds = Number(process.argv[2] ?? 60);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write("usage: node benchmarks/seal/main.ts [rounds]\n");
  process.exit(2);
}

const text = sessionText(300);
const { found, missing } = await peers(text);
const first = await measure(
  "300 bytes",
  [
    raw(text),
    ours(text, ""),
    ours(text, " padded to 256", { padTo: 256 }),
    keyPerSeal(text),
    ...found,
  ],
  rounds,
);
const failures = await measure("refusals", refusals(text), rounds);

print(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; best of ${rounds} rounds of 400, µs.`,
);
print("\n## 300 bytes\n");
print("| | seal | open | both | times the cipher |\n| --- | --: | --: | --: | --: |");
for (const it of first) print(`${row(it)} ${(both(it) / both(first[0])).toFixed(2)} |`);
if (missing.length > 0) print(`\nNot installed here, so not compared: ${missing.join(", ")}.`);

print("\n## Refusals\n");
print("| | open | times a genuine one |\n| --- | --: | --: |");
for (const { name, open } of failures) {
  print(`| ${name} | ${open.toFixed(2)} | ${(open / (failures[0]?.open ?? 1)).toFixed(2)} |`);
}

print("\n## Compression\n");
print("| | seal | open | both |\n| --- | --: | --: | --: |");
for (const size of [300, 1000, 3000]) {
  const sized = sessionText(size);
  const subjects = [
    ours(sized, ` ${size} bytes`, { maxLength: 8192 }),
    ours(sized, ` ${size} bytes compressed`, { maxLength: 8192, compressFrom: 1 }),
  ];
  for (const it of await measure(`compression of ${size}`, subjects, Math.ceil(rounds / 4)))
    print(row(it));
}

const ratio = both(first[1]) / both(first[0]);
print(`\nOpen and seal of 300 bytes: ${ratio.toFixed(2)} times the cipher, ${TARGET} allowed.`);
if (ratio > TARGET) process.exitCode = 1;

function both(it: Figures | undefined): number {
  return it ? it.seal + it.open : Number.NaN;
}

function row(it: Figures): string {
  return `| ${it.name} | ${it.seal.toFixed(2)} | ${it.open.toFixed(2)} | ${both(it).toFixed(2)} |`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
