/**
 * Writes the public surface of every package to `packages/<name>/api/<entry>.txt`:
 * each exported name with its declaration, and the unexported types that they reach.
 * With `--check` it compares instead, and fails with a diff.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { declarationsOf } from "./surface/declarations.ts";
import { publicPackages, root } from "./workspace.ts";

const check = process.argv.includes("--check");
const packages = publicPackages();
const surfaces = declarationsOf(packages.flatMap((pkg) => pkg.entries.map((e) => e.source)));
const wanted = new Map<string, string>();
for (const pkg of packages) {
  for (const entry of pkg.entries) {
    const text = `# ${entry.specifier}\n\n${surfaces.get(entry.source)}`;
    wanted.set(join(pkg.directory, "api", `${entry.name}.txt`), text);
  }
}

const stale = packages
  .map((pkg) => join(pkg.directory, "api"))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((file) => !wanted.has(file));

if (check) {
  const changed = [...wanted].filter(([file, text]) => differs(file, text));
  for (const file of stale) console.log(`${relative(root, file)}: no such entry any more`);
  if (changed.length + stale.length > 0) {
    console.log("\nThe public surface changed. If that is meant: pnpm surface, and a changeset.");
    process.exit(1);
  }
  console.log(`${wanted.size} entries, as committed`);
} else {
  for (const file of stale) rmSync(file);
  for (const [file, text] of wanted) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(relative(root, file));
  }
}

/** Prints the difference between a file and the text it should hold, if there is one. */
function differs(file: string, text: string): boolean {
  const name = relative(root, file);
  const before = existsSync(file) ? file : "/dev/null";
  const labels = ["--label", `${name} (committed)`, "--label", `${name} (now)`];
  const diff = spawnSync("diff", ["-u", ...labels, before, "-"], { input: text, encoding: "utf8" });
  process.stdout.write(diff.stdout);
  return diff.status !== 0;
}
