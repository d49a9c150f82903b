import type { Report } from "../report.ts";
import { run } from "../run.ts";
import { root } from "../workspace.ts";
import type { Tarball } from "./pack.ts";

/**
 * publint, warnings included; attw for every resolution but TypeScript's `node10`, which no Node has, and for ESM alone
 * where there is no CJS.
 */
export function lintTarball({ pkg, file }: Tarball, report: Report): void {
  const publint = run("publint", ["run", file, "--strict"], root);
  report.check(`${pkg.manifest.name} publint`, publint.ok ? "" : publint.output);
  const profile = pkg.esmOnly ? "esm-only" : "node16";
  const attw = run("attw", [file, "--profile", profile, "--no-emoji"], root);
  report.check(`${pkg.manifest.name} attw`, attw.ok ? "" : attw.output);
}
