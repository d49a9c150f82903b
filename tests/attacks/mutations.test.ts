import type { SessionStore } from "@coatcheck/core";
import { type FrameworkCase, frameworkCases, type ManualClock } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { runOver } from "../frameworks/describe-framework.ts";
import { nodeHttp } from "../frameworks/harness/node-http.ts";
import { type Bug, brokenStore } from "../stores/broken-store.ts";

const run = (frameworkCase: FrameworkCase, bug?: Bug): Promise<void> =>
  runOver(frameworkCase, nodeHttp, {
    open: (clock: ManualClock) => ({ store: broken(clock, bug) }),
  });

const broken = (clock: ManualClock, bug?: Bug): SessionStore => brokenStore(clock, bug);

/** What a store gets wrong, and the sentences that must then be seen to be false. */
const NOTICED: readonly (readonly [Bug, readonly RegExp[]])[] = [
  [
    "no version check",
    [
      /^writes of an anonymous visitor under way at the login/,
      /^a write that the store is about to take when the login overtakes it/,
      /^a login that the store is about to take when a write overtakes it/,
    ],
  ],
  [
    "update creates",
    [
      /^no write of a user under way at the logout/,
      /^a write that the store is about to take when the logout overtakes it/,
      /^an account that is closed is logged out everywhere/,
    ],
  ],
  ["touch revives", [/^a touch does not bring a revoked session back/]],
  ["spares nobody", [/^revokeOthers leaves the session/, /^a user ends one session/]],
  ["ignores the limit", [/^perUser 5 holds/]],
  ["touch writes nothing", [/^the idle timeout counts from the last visit/]],
];

for (const [bug, sentences] of NOTICED) {
  for (const sentence of sentences) {
    test(`a store where "${bug}" is noticed: ${sentence.source.slice(1)}`, async () => {
      const cases = frameworkCases.filter(({ name }) => sentence.test(name));
      expect(cases).toHaveLength(1);
      const [one] = cases as [FrameworkCase];
      await run(one);
      await expect(run(one, bug)).rejects.toThrow();
    });
  }
}

const TIMEOUTS = /^(timeouts "aal[123]"|the idle timeout counts|the absolute timeout ends)/;

for (const one of frameworkCases.filter(({ name }) => TIMEOUTS.test(name))) {
  test(`ASVS 7.3.1, 7.3.2: a store that finds what has expired changes no timeout: ${one.name}`, () =>
    run(one, "lives one millisecond too long"));
}
