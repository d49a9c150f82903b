/**
 * Packs every public package and tests what a user would install: the files inside,
 * publint, attw, and a project that has nothing but the tarballs. Build first.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installTarballs } from "./packages/install.ts";
import { lintTarball } from "./packages/lint.ts";
import { testLoading } from "./packages/loading.ts";
import { packAll } from "./packages/pack.ts";
import { testTypes } from "./packages/types.ts";
import { Report } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "coatcheck-packages-"));
try {
  const report = new Report();
  const tarballs = packAll(folder, report);
  for (const tarball of tarballs) lintTarball(tarball, report);
  const project = installTarballs(tarballs, folder, report);
  if (project) {
    testLoading(tarballs, project, report);
    testTypes(tarballs, project, report);
  }
  report.end();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
