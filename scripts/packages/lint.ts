import type { Report } from "../report.ts";
import { run } from "../run.ts";
import { root } from "../workspace.ts";
import type { Tarball } from "./pack.ts";

/** publint, warnings included; attw for every resolution but TypeScript's `node10`, which no Node has. */
export function lintTarball({ pkg, file }: Tarball, report: Report): void {
  const publint = run("publint", ["run", file, "--strict"], root);
  report.check(`${pkg.manifest.name} publint`, publint.ok ? "" : publint.output);
  const attw = run("attw", [file, "--profile", "node16", "--no-emoji"], root);
  report.check(`${pkg.manifest.name} attw`, attw.ok ? "" : attw.output);
}
