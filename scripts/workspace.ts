import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

export interface Manifest {
  name: string;
  private?: boolean;
  exports: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface Entry {
  /** As in `exports`: `.` or `./node`. */
  path: string;
  /** The name of its file, `index` or `node`. */
  name: string;
  /** What a user imports: `@coatcheck/core/node`. */
  specifier: string;
  source: string;
}

export interface Package {
  /** The folder under `packages/`. */
  folder: string;
  directory: string;
  manifest: Manifest;
  entries: Entry[];
}

/** Every package that is published, in alphabetical order. */
export function publicPackages(): Package[] {
  return readdirSync(join(root, "packages"))
    .sort()
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .map(readPackage)
    .filter((pkg) => pkg.manifest.private !== true);
}

function readPackage(folder: string): Package {
  const directory = join(root, "packages", folder);
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const entries = Object.entries(manifest.exports).map(([path, target]) => ({
    path,
    name: target.replace("./src/", "").replace(/\.ts$/, ""),
    specifier: manifest.name + path.slice(1),
    source: join(directory, target),
  }));
  return { folder, directory, manifest, entries };
}
