import { expect, test } from "vitest";
import { compared } from "../../benchmarks/micro/compare.ts";

const verdicts = (recorded: Record<string, number>, counted: Record<string, number>): string[] =>
  compared(recorded, counted).map(({ verdict }) => verdict);

test("a count may move by a tenth, and no further", () => {
  expect(verdicts({ open: 1000 }, { open: 1100 })).toEqual(["same"]);
  expect(verdicts({ open: 1000 }, { open: 1101 })).toEqual(["grown"]);
  expect(verdicts({ open: 1000 }, { open: 900 })).toEqual(["same"]);
  expect(verdicts({ open: 1000 }, { open: 899 })).toEqual(["shrunk"]);
});

test("an operation that is new, or gone, is not passed over", () => {
  expect(verdicts({}, { open: 1000 })).toEqual(["unrecorded"]);
  expect(verdicts({ open: 1000 }, {})).toEqual(["gone"]);
});
