import { expect, test } from "vitest";
import type { Seen } from "./application.ts";
import { Ledger } from "./ledger.ts";

const seen = (its: Partial<Seen>): Seen => ({
  user: "ann",
  count: 0,
  apples: 0,
  pears: 0,
  ...its,
});

/** Two counts were acknowledged and one was not; 1 and 3 apples were, 2 and 4 were not. */
function ledger(): Ledger {
  const its = new Ledger("ann");
  for (const isAcknowledged of [true, false, true]) its.counted(isAcknowledged);
  for (const value of [1, 2, 3, 4]) its.set("apples", value, value % 2 === 1);
  return its;
}

test("what was acknowledged has to be there, what was not may be", () => {
  for (const count of [2, 3]) {
    for (const apples of [3, 4]) expect(ledger().check(seen({ count, apples }))).toEqual([]);
  }
});

test.each([
  ["lost", "login", 1, { user: null }],
  ["wrong", "login", 1, { user: "bob" }],
  ["lost", "count", 1, { count: 1 }],
  ["lost", "count", 2, { count: 0 }],
  ["wrong", "count", 0, { count: 4 }],
  ["lost", "apples", 1, { apples: 1 }],
  ["lost", "apples", 1, { apples: 2 }],
  ["wrong", "apples", 0, { apples: 5 }],
  ["wrong", "pears", 0, { pears: 1 }],
] as const)("%s: %s, %i writes, by %o", (kind, what, writes, change) => {
  const problems = ledger().check(seen({ count: 2, apples: 3, ...change }));
  expect(problems).toMatchObject([{ kind, what, writes }]);
});

test("what was seen is there to stay, and a loss is told once", () => {
  const its = ledger();
  expect(its.check(seen({ count: 3, apples: 4 }))).toEqual([]);
  expect(its.check(seen({ count: 2, apples: 3 }))).toHaveLength(2);
  expect(its.check(seen({ count: 2, apples: 3 }))).toEqual([]);
  its.counted(true);
  expect(its.check(seen({ count: 3, apples: 3 }))).toEqual([]);
  expect(its.check(seen({ count: 2, apples: 3 }))).toHaveLength(1);
});
