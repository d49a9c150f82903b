import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT_CONFIG = "../../../tsconfig.json";

/** One compilation of all programs with the repository's own options: what the compiler has to say of each, by its folder's name. */
export async function checkTypes(
  folder: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const project = join(folder, "tsconfig.json");
  const files = names.map((name) => `${name}/example.ts`);
  writeFileSync(project, JSON.stringify({ extends: ROOT_CONFIG, files }));
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const child = spawn(process.execPath, [tsc, "--project", project, "--pretty", "false"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  const errors = new Map<string, string>();
  for (const line of output.split("\n")) {
    const [, name, error] = /^([^/]+)\/example\.ts(\(.*)$/.exec(line) ?? [];
    if (name && error) errors.set(name, `${errors.get(name) ?? ""}${error}\n`);
  }
  // Errors elsewhere are for the check of the whole repository; none of them may hide what is asked here.
  if (code !== 0 && !output.includes("error TS"))
    throw new Error(`tsc ended with ${code}: ${output}`);
  return errors;
}

/** For tsx, which applies a configuration only to the files that it includes. */
export function writeLoaderConfig(folder: string): string {
  const path = join(folder, "loader.json");
  const include = ["*/example.ts", "../../../packages/*/src"];
  writeFileSync(path, JSON.stringify({ extends: ROOT_CONFIG, include }));
  return path;
}
