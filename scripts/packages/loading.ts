import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../report.ts";
import { run } from "../run.ts";
import type { Tarball } from "./pack.ts";

const oldestNode = "22.13.1";

const names = `const names = (m) => Object.keys(m).filter((n) => n !== "default" && !/^(module\\.exports|__esModule)$/.test(n));
console.log(names(m).sort().join(" "));`;

const smoke = `const sessions = createSessions();
(async () => {
  const session = await sessions.open({ headers: {} });
  session.set("cart", ["apple"]);
  const headers = await sessions.commit(session);
  if (headers[0]?.[0] !== "set-cookie") throw new Error("no cookie: " + JSON.stringify(headers));
  await sessions.close();
})();`;

const files: Record<string, string> = {
  "names.mjs": `const m = await import(process.argv[2]);\n${names}`,
  "names.cjs": `const m = require(process.argv[2]);\n${names}`,
  "smoke.mjs": `import { createSessions } from "@coatcheck/core";\n${smoke}`,
  "smoke.cjs": `const { createSessions } = require("@coatcheck/core");\n${smoke}`,
};

/** Loads every entry by `import` and by `require`, on the pinned Node and on the oldest supported one. */
export function testLoading(tarballs: readonly Tarball[], project: string, report: Report): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const specifiers = tarballs.flatMap(({ pkg }) => pkg.entries.map((entry) => entry.specifier));
  loadAll("node", specifiers, project, report);

  const keygen = run("pnpm", ["exec", "coatcheck", "keygen"], project);
  report.check("coatcheck keygen", /^[\w-]{43}\n$/.test(keygen.stdout) ? "" : keygen.output);

  const node = installOldestNode(project);
  if (node) loadAll(node, specifiers, project, report);
  else report.skip(`node ${oldestNode}`, "it cannot be installed here");
}

function loadAll(
  node: string,
  specifiers: readonly string[],
  project: string,
  report: Report,
): void {
  const version = run(node, ["--version"], project).stdout.trim();
  for (const specifier of specifiers) {
    const imported = run(node, ["names.mjs", specifier], project);
    const required = run(node, ["names.cjs", specifier], project);
    report.check(`${version} import ${specifier}`, complaint(imported));
    report.check(`${version} require ${specifier}`, complaint(required));
    if (imported.stdout !== required.stdout) {
      report.fail(`${version} ${specifier}`, `${imported.stdout}is not\n${required.stdout}`);
    }
  }
  for (const name of ["smoke.mjs", "smoke.cjs"]) {
    const ran = run(node, [name], project);
    report.check(`${version} ${name}`, ran.ok ? "" : ran.output);
  }
}

/** A warning on loading counts too, since a user would see it at every start. */
function complaint({ ok, stdout, output }: ReturnType<typeof run>): string {
  if (!ok) return output;
  const warnings = output
    .slice(stdout.length)
    .split("\n")
    .filter((line) => !isOfOldNode(line));
  if (warnings.join("").trim() !== "") return output;
  return stdout.trim() === "" ? "exports nothing" : "";
}

/** Node 22 calls `node:sqlite` experimental; a library must not silence that. */
function isOfOldNode(line: string): boolean {
  return line.includes("SQLite is an experimental feature") || line.includes("--trace-warnings");
}

function installOldestNode(project: string): string | undefined {
  const folder = join(project, "oldest-node");
  const manifest = { private: true, devDependencies: { node: oldestNode } };
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "pnpm-workspace.yaml"), '{ "allowBuilds": { "node": true } }\n');
  run("pnpm", ["install", "--no-frozen-lockfile", "--prefer-offline"], folder);
  const node = join(folder, "node_modules", "node", "bin", "node");
  return run(node, ["--version"], folder).stdout.trim() === `v${oldestNode}` ? node : undefined;
}
