import type { Requirement } from "./requirement.ts";
import type { NamedTest } from "./titles.ts";

/** What must not be: a requirement without its test, and a test without its requirement. */
export function problemsOf(
  requirements: readonly Requirement[],
  tests: readonly NamedTest[],
): string[] {
  const known = new Set(requirements.map(({ id }) => id));
  const shown = new Set(tests.flatMap((test) => test.requirements));
  return [
    ...requirements
      .filter(({ id }, at) => requirements.findIndex((other) => other.id === id) !== at)
      .map(({ id }) => `${id} is there twice`),
    ...requirements
      .filter(({ id, status }) => status !== "app" && !shown.has(id))
      .map(({ id, status }) => `${id} is said to be ${status}, and no test is named by it`),
    ...tests.flatMap(({ requirements: ids, title, where }) =>
      ids
        .filter((id) => !known.has(id))
        .map((id) => `${where}: "${title}" names ${id}, which scripts/asvs/chapters does not know`),
    ),
  ];
}
