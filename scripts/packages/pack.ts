import { join } from "node:path";
import type { Report } from "../report.ts";
import { run } from "../run.ts";
import { type Package, publicPackages } from "../workspace.ts";

export interface Tarball {
  pkg: Package;
  file: string;
}

/** Packs every public package, and looks at which files went in. */
export function packAll(folder: string, report: Report): Tarball[] {
  return publicPackages().flatMap((pkg) => {
    const file = join(folder, `${pkg.folder}.tgz`);
    const packed = run("pnpm", ["pack", "--json", "--out", file], pkg.directory);
    report.check(`${pkg.manifest.name} packs`, packed.ok ? complaint(pkg, file) : packed.output);
    return packed.ok ? [{ pkg, file }] : [];
  });
}

function complaint(pkg: Package, file: string): string {
  const { stdout } = run("tar", ["-tzf", file], pkg.directory);
  const files = stdout.split("\n").map((line) => line.replace("package/", ""));
  const wanted = ["LICENSE", "README.md", "package.json"];
  const endings = pkg.esmOnly ? ["js", "d.ts"] : ["js", "cjs", "d.ts", "d.cts"];
  for (const { name } of pkg.entries) {
    for (const ending of endings) wanted.push(`dist/${name}.${ending}`);
  }
  const missing = wanted.filter((name) => !files.includes(name)).map((name) => `no ${name}`);
  const stray = files.filter((name) => /(^|\/)(src|test)\/|\.test\./.test(name));
  return [...missing, ...stray.map((name) => `should not hold ${name}`)].join("\n");
}
