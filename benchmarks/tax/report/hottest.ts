import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
}

const SHOWN = 40;

/** Of each profile in a directory, the functions in which most samples were taken, as Markdown. */
export function hottest(directory: string): string {
  const files = readdirSync(directory).filter((name) => name.endsWith(".cpuprofile"));
  return files
    .map(
      (name) => `### ${name}\n\n${part(JSON.parse(readFileSync(join(directory, name), "utf8")))}`,
    )
    .join("\n\n");
}

function part({ nodes, samples }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, where(callFrame)]));
  const busy = samples.map((id) => frames.get(id) ?? "").filter((name) => name !== "(idle)");
  const counted = [...Map.groupBy(busy, (name) => name)].map(
    ([name, { length }]) => [name, length / busy.length] as const,
  );
  const rows = counted.toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
  const lines = rows.map(([name, share]) => `| ${name} | ${(share * 100).toFixed(1)} |`);
  return ["| function | % of its busy time |", "| --- | --: |", ...lines].join("\n");
}

function where({ functionName, url, lineNumber }: Frame): string {
  const name = functionName || "(anonymous)";
  const file = url
    .replace(/^.*\/node_modules\//, "")
    .replace(/^file:.*\/(packages|benchmarks)\//, "$1/");
  return file === "" ? name : `${name} ${file}:${lineNumber + 1}`;
}
