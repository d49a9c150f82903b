/**
 * Measures what each entry weighs, bundled by esbuild, minified by it and by terser, and
 * compressed with brotli, against its budget in size-budgets.json (bytes). Node's own
 * modules, native ones, peers and `@coatcheck/core` are left out; every other dependency is
 * counted.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { type Entry, type Package, publicPackages } from "./workspace.ts";

const file = join(import.meta.dirname, "size-budgets.json");
const budgets: Record<string, number> = JSON.parse(readFileSync(file, "utf8"));
let failed = false;

for (const pkg of publicPackages()) {
  for (const entry of pkg.entries) {
    const size = await measure(pkg, entry);
    const budget = budgets[entry.specifier];
    const over = budget === undefined || size > budget;
    if (over) failed = true;
    console.log(row(entry.specifier, size, budget, over));
  }
}
if (failed) console.log("\nOver budget: make it smaller, or argue for a larger size-budgets.json.");
process.exitCode = failed ? 1 : 0;

async function measure(pkg: Package, entry: Entry): Promise<number> {
  const { directory, manifest, forBrowsers } = pkg;
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const { outputFiles } = await build({
    entryPoints: [entry.source],
    absWorkingDir: directory,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    ...(forBrowsers
      ? { platform: "browser", target: "es2022" }
      : { platform: "node", target: "node22" }),
    external: [
      ...peers,
      "@node-rs/*",
      ...(manifest.name === "@coatcheck/core" ? [] : ["@coatcheck/core"]),
    ],
  });
  let size = 0;
  for (const { text } of outputFiles) {
    // It names variables so that they compress better: 3 % less than by esbuild alone.
    const { code } = await minify(text, { module: true, ecma: 2022, compress: { passes: 3 } });
    size += brotliCompressSync(code ?? text).length;
  }
  return size;
}

function row(name: string, size: number, budget: number | undefined, over: boolean): string {
  const limit = budget === undefined ? "no budget" : `of ${kilobytes(budget)}`;
  return `${name.padEnd(28)} ${kilobytes(size).padStart(9)} ${limit.padStart(12)}${over ? "  OVER" : ""}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} kB`;
}
