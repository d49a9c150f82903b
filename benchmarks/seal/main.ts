// node benchmarks/seal/main.ts [rounds]: what a seal costs, beside the bare cipher and the peers.
import { availableParallelism, loadavg } from "node:os";
import { type Figures, measure, times } from "./measure.ts";
import { ours, oursWhole, oursWithJson, refusals } from "./ours.ts";
import { ironSession, secureSession } from "./peers.ts";
import { keyPerSeal, raw } from "./raw.ts";
import { sessionText } from "./texts.ts";

const TARGET = 2;
const rounds = Number(process.argv[2] ?? 60);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write("usage: node benchmarks/seal/main.ts [rounds]\n");
  process.exit(2);
}

const text = sessionText(300);
const load = loadavg()[0]?.toFixed(1);
const [cipher, seal, json, ...others] = (await measure(
  "300 bytes",
  [
    await raw(text),
    await ours(text, ""),
    await oursWithJson(text),
    await oursWhole(300),
    await ours(text, " padded to 256", { padTo: 256 }),
    await keyPerSeal(text),
    ...(await ironSession(text)),
    await secureSession(text),
  ],
  rounds,
)) as [Figures, Figures, Figures, ...Figures[]];
const failures = await measure("refusals", refusals(text), rounds);

print(`Node ${process.version}, ${availableParallelism()} cores, load ${load} at the start.`);
print(`µs and ratios: the median of ${rounds} rounds, each of which has its own ratios.`);
print("\n## 300 bytes\n");
print("| | seal | open | both | times the cipher | times Coatcheck with JSON |");
print("| --- | --: | --: | --: | --: | --: |");
for (const it of [cipher, seal, json, ...others]) {
  print(`${row(it)} ${times(it, cipher).toFixed(2)} | ${times(it, json).toFixed(2)} |`);
}

print("\n## Refusals\n");
print("| | open | times a genuine one |\n| --- | --: | --: |");
for (const it of failures) {
  const genuine = failures[0] as Figures;
  print(`| ${it.name} | ${it.open.toFixed(2)} | ${times(it, genuine).toFixed(2)} |`);
}

print("\n## Compression\n");
print("| | seal | open | both |\n| --- | --: | --: | --: |");
for (const size of [300, 1000, 3000]) {
  const sized = sessionText(size);
  const subjects = [
    await ours(sized, ` ${size} bytes`, { maxLength: 8192 }),
    await ours(sized, ` ${size} bytes compressed`, { maxLength: 8192, compressFrom: 1 }),
  ];
  for (const it of await measure(`compression of ${size}`, subjects, Math.ceil(rounds / 4)))
    print(row(it));
}

const ratio = times(seal, cipher);
print(`\nOpen and seal of 300 bytes: ${ratio.toFixed(2)} times the cipher, ${TARGET} allowed.`);
if (ratio > TARGET) process.exitCode = 1;

function row({ name, seal, open }: Figures): string {
  return `| ${name} | ${seal.toFixed(2)} | ${open.toFixed(2)} | ${(seal + open).toFixed(2)} |`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
