import { type Defaults, spoken } from "./defaults.ts";
import { nistSection } from "./nist.ts";
import type { Requirement, Section } from "./requirement.ts";
import type { NamedTest } from "./titles.ts";

const STATUS = { met: "met", app: "[app]", doc: "[doc]" } as const;

/** `docs/asvs.md`. */
export function page(
  sections: readonly Section[],
  tests: readonly NamedTest[],
  defaults: Defaults,
): string {
  const all = sections.flatMap(({ requirements }) => requirements);
  return `${[
    INTRODUCTION,
    summary(all, tests),
    ...sections.map((section) => sectionText(section, tests, defaults)),
    nistSection(defaults),
    "## Tests",
    'The titles as they stand in the code. What runs "on every framework package" is a case of [`@coatcheck/testkit`](../packages/testkit): for the core by hand, `node:http`, Express, Koa, Fastify, Nest on Express and Nest on Fastify, on every store. [tests/guards](../tests/guards) has one guarded application in each of them, and in Fastify in three ways.',
    ...all.map((it) => testsOf(it, tests)).filter((text) => text !== ""),
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `# OWASP ASVS 5.0 and NIST SP 800-63B-4

<!-- Written by \`pnpm asvs\` from scripts/asvs and from the titles of the tests. Do not edit. -->

What the OWASP Application Security Verification Standard 5.0 demands of sessions, in our own words, what an application gets without asking, and by what it is served. **met**: by the library, shown by the [tests](#tests) of that number. **[app]**: only the application can do it, or
a part of it; the hook is named. **[doc]**: by what is written down. CI writes this page anew and compares: nothing is called met without a test, and no test names a requirement that is not here.

L is the level of the standard: 1 for everybody, 2 for most applications with anything to protect, 3 for the highest assurance.`;

function summary(all: readonly Requirement[], tests: readonly NamedTest[]): string {
  const count = (status: Requirement["status"]): number =>
    all.filter((it) => it.status === status).length;
  return `${all.length} requirements: ${count("met")} met, ${count("doc")} by documentation, ${count("app")} for the application; ${tests.length} tests are named by them.`;
}

function sectionText(
  { title, requirements }: Section,
  tests: readonly NamedTest[],
  defaults: Defaults,
): string {
  const rows = requirements.map(({ id, level, demand, status, ours, how }) => {
    const shown = tests.some((it) => it.requirements.includes(id));
    const name = shown ? `[${id}](#${anchor(id)})` : id;
    return `| ${name} | ${level} | ${demand} | ${STATUS[status]} | ${filled(ours, defaults)} | ${how} |`;
  });
  return `## ${title}

| | L | demand | | without any option | option, call or hook |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}`;
}

/** What the library says of itself, in place of \`{idle}\` and the like. */
function filled(text: string, { lifetime, cookie }: Defaults): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "cookie") return cookie;
    const ms = lifetime[name as keyof Defaults["lifetime"]];
    if (ms === undefined) throw new Error(`{${name}} is no default`);
    return spoken(ms);
  });
}

function testsOf({ id }: Requirement, tests: readonly NamedTest[]): string {
  const named = tests.filter((it) => it.requirements.includes(id));
  if (named.length === 0) return "";
  const groups = Map.groupBy(named, ({ where }) => where);
  const lists = [...groups].map(([where, those]) => {
    const place = where.includes("/") ? `[${where}](../${where})` : where;
    // Of several suites in one file, as of a controller and a gateway.
    const titles = new Set(those.map(({ title }) => `- ${title}`));
    return `${place}:\n\n${[...titles].join("\n")}`;
  });
  return `### ${id}\n\n${lists.join("\n\n")}`;
}

/** The anchor that GitHub gives the heading. */
function anchor(id: string): string {
  return id.replaceAll(".", "");
}
