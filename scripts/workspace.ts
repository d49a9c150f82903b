import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

export interface Manifest {
  name: string;
  private?: boolean;
  engines?: { node?: string };
  exports: Record<string, string>;
  publishConfig?: { exports: Record<string, Record<string, unknown>> };
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
  /** It has no `require` condition: users get ES modules alone. */
  esmOnly: boolean;
  /** For pages: its manifest asks for no Node. */
  forBrowsers: boolean;
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
  const published = Object.values(manifest.publishConfig?.exports ?? {});
  const esmOnly = published.every((conditions) => !("require" in conditions));
  const forBrowsers = manifest.engines?.node === undefined;
  return { folder, directory, manifest, entries, esmOnly, forBrowsers };
}
