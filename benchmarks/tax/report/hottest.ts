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

const SHOWN = 30;
/** Our own files keep their path, those of dependencies their package's name. */
const OURS = /^file:.*\/(packages\/[^/]+|benchmarks)\/(.*)$/;
const DEPENDENCY = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/;

/** Of each profile in a directory, where its samples were taken: in which packages, and in which functions. Idle time does not count. */
export function hottest(directory: string): string {
  const files = readdirSync(directory).filter((name) => name.endsWith(".cpuprofile"));
  return files
    .map(
      (name) => `### ${name}\n\n${part(JSON.parse(readFileSync(join(directory, name), "utf8")))}`,
    )
    .join("\n\n");
}

function part({ nodes, samples }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const busy = samples
    .map((id) => frames.get(id) as Frame)
    .filter(({ functionName }) => functionName !== "(idle)");
  return [
    shares("package", busy.map(packageOf), SHOWN),
    shares("function", busy.map(functionOf), SHOWN),
  ].join("\n\n");
}

function shares(what: string, names: readonly string[], shown: number): string {
  const groups = [...Map.groupBy(names, (name) => name)]
    .map(([name, { length }]) => [name, length / names.length] as const)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, shown);
  const lines = groups.map(([name, share]) => `| ${name} | ${(share * 100).toFixed(1)} |`);
  return [`| ${what} | % |`, "| --- | --: |", ...lines].join("\n");
}

function packageOf({ functionName, url }: Frame): string {
  if (url === "") return functionName === "(garbage collector)" ? functionName : "native";
  if (url.startsWith("node:")) return "node:";
  return DEPENDENCY.exec(url)?.[1] ?? OURS.exec(url)?.[1] ?? url;
}

function functionOf({ functionName, url, lineNumber }: Frame): string {
  const file = url
    .replace(DEPENDENCY, (_, name, path) => `${name}/${path}`)
    .replace(OURS, (_, name, path) => `${name}/${path}`);
  const name = functionName || "(anonymous)";
  return file === "" ? name : `${name}, ${file}:${lineNumber + 1}`;
}
