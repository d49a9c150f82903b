import { memoryStore, type SessionStore } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import {
  parseOptions,
  type SoakOptions,
  type SoakResult,
  soak,
} from "../../benchmarks/soak/index.ts";
import { boundless, forgetful, hasty, reviving, silent, unlisting } from "./broken-stores.ts";

const QUIET = { write: () => {} };

function options(...args: string[]): SoakOptions {
  const parsed = parseOptions(["--store", "memory:", "--seconds", "2", "--seed", "7", ...args]);
  return parsed === "help" ? expect.fail("help") : parsed;
}

function soakOf(store: SessionStore, ...args: string[]): Promise<SoakResult> {
  const nothing = async () => {};
  return soak(options(...args), QUIET, { store, close: nothing, dispose: nothing });
}

/** The names of what was violated. */
const violated = ({ checks }: SoakResult): string[] =>
  checks.filter(({ violations }) => violations > 0).map(({ name }) => name);

const examples = ({ checks }: SoakResult): string => checks.flatMap((it) => it.examples).join("\n");

describe("the soak's ledger", () => {
  test("is clean on a store that keeps its word, and has looked at everything", async () => {
    const result = await soakOf(memoryStore(), "--idle", "2s");
    expect(examples(result)).toBe("");
    expect(result.violations).toBe(0);
    expect(result.tally.failures).toBe(0);
    expect(result.tally.conflicts).toBeGreaterThan(0);
    expect(result.tally.lostResponses).toBeGreaterThan(0);
    // Nothing can have expired within the idle time.
    for (const { name, covered } of result.checks) {
      if (!name.includes("expires")) expect([name, covered]).not.toEqual([name, 0]);
    }
  });

  test("is clean on a store whose replies get lost", async () => {
    const result = await soakOf(silent(memoryStore()));
    expect(examples(result)).toBe("");
    expect(result.tally.unknown).toBeGreaterThan(0);
  });

  test("finds one update in a thousand that was not written", async () => {
    const result = await soakOf(forgetful(memoryStore()), "--seconds", "3");
    expect(violated(result)).toContain("a read sees every write acknowledged before it");
    expect(examples(result)).toMatch(/expected (a counter from|value|open)/);
  });

  test("finds one session that came back", async () => {
    const result = await soakOf(reviving(memoryStore()));
    // Until its user's next login ends it, as the oldest.
    expect(violated(result)).toContain("no ended session opens during the run");
    expect(examples(result)).toMatch(/expected gone \(\w+\), found/);
  });

  test("finds a limit that does not hold", async () => {
    const result = await soakOf(boundless(memoryStore()), "--per-user", "2");
    expect(violated(result)).toContain("no list is longer than the limit");
    expect(examples(result)).toMatch(/expected at most 2, found \d+ sessions/);
  });

  test("finds a version that is checked too early", async () => {
    const result = await soakOf(hasty(memoryStore()));
    expect(violated(result)).toContain("the counter is the number of acknowledged updates");
  });

  test("finds sessions that are off the list and open still", async () => {
    const result = await soakOf(unlisting(memoryStore()));
    expect(violated(result)).toContain("no ended session opens during the run");
  });
});

test.each([
  [["--seconds", "3"], /--store is missing/],
  [["--store", "mongo://x"], /no such store/],
  [["--store", "memory:", "--clients", "0"], /--clients 0: must be a number from 1/],
  [["--store", "memory:", "--idle", "30"], /unit/],
  [["--store", "memory:", "--processes", "2"], /cannot be shared/],
  [["--store", "memory:", "--frobnicate"], /frobnicate/],
])("refuses %j", (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
