import { expect, test } from "vitest";
import { manualClock } from "./clock.ts";

test("a manual clock stands still until it is moved", () => {
  const clock = manualClock(1_000);
  expect([clock(), clock()]).toEqual([1_000, 1_000]);
  expect(clock.advance(5)).toBe(1_005);
  expect(clock.set(3)).toBe(3);
  expect(clock()).toBe(3);
});

test("without a start it stands in the future, where no server's own clock expires anything", () => {
  expect(manualClock()()).toBeGreaterThan(Date.now());
});
