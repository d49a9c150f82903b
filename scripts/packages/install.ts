import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../report.ts";
import { run } from "../run.ts";
import type { Tarball } from "./pack.ts";

/** Makes an empty project and installs the tarballs into it; peers come by themselves. */
export function installTarballs(
  tarballs: readonly Tarball[],
  folder: string,
  report: Report,
): string | undefined {
  const project = join(folder, "project");
  const files = tarballs.map(({ pkg, file }) => [pkg.manifest.name, `file:${file}`]);
  mkdirSync(project);
  write(project, "package.json", {
    name: "project",
    private: true,
    dependencies: Object.fromEntries(files),
    devDependencies: { "@types/koa": "^3", "@types/node": "^26" },
  });
  // JSON is YAML. The overrides keep a package's own dependency on another one inside the tarballs.
  write(project, "pnpm-workspace.yaml", {
    packages: ["."],
    overrides: Object.fromEntries(files),
    autoInstallPeers: true,
    strictDepBuilds: false,
  });
  const installed = run("pnpm", ["install", "--no-frozen-lockfile", "--prefer-offline"], project);
  report.check("an empty project installs them all", installed.ok ? "" : installed.output);
  return installed.ok ? project : undefined;
}

function write(folder: string, name: string, content: object): void {
  writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}
