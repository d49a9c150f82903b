import { defineConfig } from "tsup";

/** The build of a package for Node: ESM and CJS with types for both, one output per `src/<entry>.ts`. */
export function library(...entries: string[]) {
  return defineConfig({
    entry: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    format: ["esm", "cjs"],
    target: "node22",
    platform: "node",
    dts: true,
    // Entries share their modules in the CJS build too: one copy of each class and registry.
    splitting: true,
    // Rollup then writes the CJS chunks; without it tsup lowers `?.` and class fields to slow helpers.
    treeshake: true,
    // `node:sqlite` exists only under its full name.
    removeNodeProtocol: false,
    clean: true,
  });
}

/** The build of a package for pages: ESM only. */
export function browserLibrary(...entries: string[]) {
  return defineConfig({
    entry: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    format: ["esm"],
    target: "es2022",
    platform: "browser",
    dts: true,
    splitting: true,
    treeshake: true,
    clean: true,
  });
}
