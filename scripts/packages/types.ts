import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../report.ts";
import { run } from "../run.ts";
import { type Package, root } from "../workspace.ts";
import type { Tarball } from "./pack.ts";

const modes = [
  { file: "use.mts", module: "node16", moduleResolution: "node16" },
  { file: "use.cts", module: "node16", moduleResolution: "node16" },
  { file: "use.cts", module: "nodenext", moduleResolution: "nodenext" },
  { file: "use.ts", module: "preserve", moduleResolution: "bundler" },
];

/** Packages whose own types are written in those of an ES module. */
const ON_ESM: ReadonlyMap<unknown, string> = new Map([
  ["@coatcheck/nest", "NestJS 12 is ESM only; see nodenext"],
  ["@coatcheck/oidc", "openid-client is ESM only; see nodenext"],
]);

/** TypeScript's node16 forbids `require` of an ES module, which every supported Node allows. */
function requiresEsm({ manifest, esmOnly }: Package): string | undefined {
  return ON_ESM.get(manifest.name) ?? (esmOnly ? "it is ESM only; see nodenext" : undefined);
}

/** Compiles a use of every entry, library declarations checked, in each way that users resolve modules. */
export function testTypes(tarballs: readonly Tarball[], project: string, report: Report): void {
  const entries = tarballs.flatMap(({ pkg }) =>
    pkg.entries.map(({ specifier }) => ({ specifier, esm: requiresEsm(pkg) })),
  );
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  for (const { file, ...resolution } of modes) {
    const name = `types of ${file} under ${resolution.module}`;
    const used = entries.flatMap(({ specifier, esm }) => {
      if (file !== "use.cts" || resolution.module !== "node16" || !esm) return [specifier];
      report.skip(`${name}: ${specifier}`, esm);
      return [];
    });
    const options = { strict: true, noEmit: true, target: "es2022", types: ["node"] };
    const config = { compilerOptions: { ...options, ...resolution }, files: [file] };
    writeFileSync(
      join(project, file),
      used.map(file === "use.cts" ? requireOf : importOf).join(""),
    );
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
    const { ok, output } = run("node", [tsc, "--pretty", "false"], project);
    // Errors inside other people's declarations are theirs.
    const ours = output.split("\n").filter((line) => /^use\.|coatcheck|^error/.test(line));
    report.check(name, ok ? "" : ours.join("\n"));
  }
}

function importOf(specifier: string, index: number): string {
  return `import * as m${index} from "${specifier}";\nvoid m${index};\n`;
}

function requireOf(specifier: string, index: number): string {
  return `import m${index} = require("${specifier}");\nvoid m${index};\n`;
}
