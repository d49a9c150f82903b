/**
 * Writes `docs/asvs.md`: each requirement with our default, the option that serves it, and the tests that are named by
 * it. With `--check` it compares instead. Fails where a requirement is said to be met and has no test, and where a test
 * names one that is not known.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDefaults } from "./asvs/defaults.ts";
import { looserThanNist } from "./asvs/nist.ts";
import { page } from "./asvs/page.ts";
import { problemsOf } from "./asvs/problems.ts";
import { sections } from "./asvs/sections.ts";
import { namedTests } from "./asvs/titles.ts";
import { root } from "./workspace.ts";

const file = join(root, "docs/asvs.md");
const requirements = sections.flatMap((section) => section.requirements);
const tests = namedTests();
const defaults = await readDefaults();
const problems = [...problemsOf(requirements, tests), ...looserThanNist(defaults)];
for (const problem of problems) console.log(problem);
const text = page(sections, tests, defaults);

if (problems.length > 0) {
  process.exitCode = 1;
} else if (process.argv.includes("--check")) {
  const labels = ["--label", "docs/asvs.md (committed)", "--label", "docs/asvs.md (now)"];
  const diff = spawnSync("diff", ["-u", ...labels, file, "-"], { input: text, encoding: "utf8" });
  process.stdout.write(diff.stdout + diff.stderr);
  if (diff.status !== 0) {
    console.log(
      "\nThe requirements, or the tests named by them, changed. If that is meant: pnpm asvs.",
    );
    process.exitCode = 1;
  } else {
    console.log(`${requirements.length} requirements, ${tests.length} tests, as committed`);
  }
} else {
  writeFileSync(file, text);
  console.log(`docs/asvs.md: ${requirements.length} requirements, ${tests.length} tests`);
}
