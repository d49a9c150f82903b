import { describe, expect, test } from "vitest";
import { describeChromium } from "./describe-chromium.ts";
import { combinationsOf, NAMES, ORIGINS } from "./matrix/combinations.ts";
import { confront } from "./matrix/confront.ts";
import { verdictOn } from "./matrix/verdict.ts";
import { Pages } from "./pages.ts";

const pages = new Pages();

describeChromium("G13 G14 G16 the policy and Chromium agree", pages.listener, (world) => {
  describe.each(ORIGINS)("at $scheme://$host", (origin) => {
    test.each(NAMES)("on every combination with a name like %s", async (name) => {
      const combinations = combinationsOf(name, origin);
      const { disagreements } = await confront(world(), pages, origin, combinations);
      expect(disagreements).toEqual([]);
    });
  });
});

test("the combinations are many, and of each kind", () => {
  const verdicts = ORIGINS.flatMap((origin) =>
    NAMES.flatMap((name) =>
      combinationsOf(name, origin).map(({ options }) => verdictOn(options, origin)),
    ),
  );
  const accepted = verdicts.filter(({ policy }) => policy);
  const stricter = verdicts.filter(({ policy, kept }) => !policy && kept);
  const dropped = verdicts.filter(({ policy, kept }) => !policy && !kept);
  expect({
    accepted: accepted.length,
    stricter: stricter.length,
    dropped: dropped.length,
  }).toEqual({ accepted: 1_932, stricter: 1_820, dropped: 8_728 });
});
