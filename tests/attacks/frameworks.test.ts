import { frameworkCasesFor, frameworkCaseTitle } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { kindOf, runOver, tokensOver } from "../frameworks/describe-framework.ts";
import { coreByHand } from "../frameworks/harness/core-by-hand.ts";
import { expressHarness } from "../frameworks/harness/express.ts";
import { koaHarness } from "../frameworks/harness/koa.ts";
import { nestOnExpress, nestOnFastify } from "../frameworks/harness/nest.ts";
import { networkStores } from "../frameworks/network-stores.ts";
import { describeWith } from "../services/services.ts";

/** Fixation on every kind; what was ended or stolen where the store is what tells. */
const ATTACKS = { "server-side": ["7.2.4", "7.4.1"], token: ["7.2.4"] } as const;

const NETWORK = await networkStores();
const STORES = [...NETWORK, ...tokensOver(NETWORK)];

// The whole suite runs on these stores for the other two, and on local ones for all: tests/frameworks.
for (const harness of [coreByHand, expressHarness, koaHarness, nestOnExpress, nestOnFastify]) {
  for (const { name, missing, storage, open } of STORES) {
    describeWith({ missing }, `${harness.name}, ${name}`, () => {
      const kind = kindOf(storage);
      const attacks: readonly string[] = ATTACKS[kind];
      const cases = frameworkCasesFor(harness, kind).applicable.filter(({ asvs = [] }) =>
        asvs.some((id) => attacks.includes(id)),
      );
      test("the cases are there", () => {
        expect(cases.length).toBeGreaterThan(kind === "token" ? 6 : 18);
      });
      for (const frameworkCase of cases) {
        test(frameworkCaseTitle(frameworkCase), () =>
          runOver(frameworkCase, harness, { storage, open }),
        );
      }
    });
  }
}
