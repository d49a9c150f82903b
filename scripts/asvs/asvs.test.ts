import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../workspace.ts";
import { readDefaults, spoken } from "./defaults.ts";
import { looserThanNist } from "./nist.ts";
import { problemsOf } from "./problems.ts";
import type { Requirement } from "./requirement.ts";
import { sections } from "./sections.ts";
import { titlesIn } from "./titles.ts";

const one: Requirement = {
  id: "7.2.4",
  level: 1,
  demand: "a new token",
  status: "met",
  ours: "at once",
  how: "login()",
};
const shown = { requirements: ["7.2.4"], title: "a new token", where: "a.test.ts" };

describe("docs/asvs.md is not written", () => {
  test("where a requirement is said to be met, or documented, and no test is named by it", () => {
    expect(problemsOf([one], [shown])).toEqual([]);
    for (const status of ["met", "doc"] as const) {
      expect(problemsOf([{ ...one, status }], [])).toEqual([
        expect.stringMatching(/^7\.2\.4 .* no test/),
      ]);
    }
    expect(problemsOf([{ ...one, status: "app" }], [])).toEqual([]);
  });

  test("where a test names a requirement that is not known", () => {
    const stray = { ...shown, requirements: ["7.2.4", "7.2.9"] };
    expect(problemsOf([one], [stray])).toEqual([expect.stringContaining("names 7.2.9")]);
  });

  test("where a requirement is there twice", () => {
    expect(problemsOf([one, one], [shown])).toEqual(["7.2.4 is there twice"]);
  });

  test("where a preset allows more than NIST does", async () => {
    const defaults = await readDefaults();
    expect(looserThanNist(defaults)).toEqual([]);
    const { presets } = defaults;
    const aal3 = { ...presets.aal3, idle: presets.aal3.idle + 1 };
    expect(looserThanNist({ ...defaults, presets: { ...presets, aal3 } })).toHaveLength(1);
  });
});

describe("the tests named by a requirement", () => {
  const titles = (code: string) => titlesIn("tests/a.test.ts", code).map(({ title }) => title);

  test("are those that run: plain, in rows, under a condition", () => {
    expect(
      titles(`
        test("ASVS 7.2.4: plain", () => {});
        test.each([1])("ASVS 7.2.4, 7.4.1, G4 of %s", () => {});
        test.each([1])(\`ASVS 7.2.4: with \${name}, too\`, () => {});
        test.skipIf(x)("ASVS 7.2.4: under a condition", () => {});
      `),
    ).toEqual(["plain", "G4 of %s", "with …, too", "under a condition"]);
  });

  test("are none that do not run, and no other texts", () => {
    expect(
      titles(`
        test.skip("ASVS 7.2.4: skipped", () => {});
        test.todo("ASVS 7.2.4: to do");
        describe("ASVS 7.2.4: a suite", () => {});
        // test("ASVS 7.2.4: in a comment", () => {});
        const text = "ASVS 7.2.4: a text";
      `),
    ).toEqual([]);
  });

  test.each(["ASVS 7.2: too short", "ASVS 7.2.4 without a colon", "ASVS 7.2.4:", "ASVS V7.2.4: a"])(
    "have to be readable: %s",
    (title) => {
      expect(() => titles(`test("${title}", () => {})`)).toThrow(/must be "ASVS 7.2.4: …"/);
    },
  );
});

test("every requirement of ASVS 5.0 V7, V3.3, and of V3.5 what concerns a session, is in the table", () => {
  const all = { "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2, "3.3": 5, "3.5": 3 };
  const wanted = Object.entries(all).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, at) => `${section}.${at + 1}`),
  );
  const ids = sections.flatMap(({ requirements }) => requirements.map(({ id }) => id));
  expect(ids).toEqual(expect.arrayContaining(wanted));
});

test("docs/sessions.md tells the same timeouts", async () => {
  const { lifetime, presets } = await readDefaults();
  const text = readFileSync(join(root, "docs/sessions.md"), "utf8");
  for (const [preset, { idle, absolute }] of Object.entries(presets)) {
    expect(text).toContain(`| \`"${preset}"\` | ${spoken(idle)} | ${spoken(absolute)} |`);
  }
  expect(text).toContain(`| \`timeouts.idle\` | \`"${lifetime.idle / 60_000}m"\` |`);
  expect(text).toContain(`| \`timeouts.absolute\` | \`"${lifetime.absolute / 3_600_000}h"\` |`);
});

test("durations are spoken as the standard speaks", () => {
  const minutes = [15, 60, 30, 24 * 60, 7 * 24 * 60].map((count) => spoken(count * 60_000));
  expect(minutes).toEqual(["15 minutes", "1 hour", "30 minutes", "24 hours", "7 days"]);
  expect(spoken(60_000)).toBe("1 minute");
});
