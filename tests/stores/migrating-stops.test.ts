import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../interleavings/operations.ts";
import { type Kind, type OpenUnderlying, SIDE_BY_SIDE, UNDERLYING } from "./migrating/kinds.ts";
import { everyStop } from "./migrating/stop.ts";
import type { Progress } from "./migrating/world.ts";

/** How far the session can be moved where such processes run; with `move` alone beside itself or `prepare`, to any point. */
function progressesOf(kinds: readonly Kind[]): readonly Progress[] {
  if (kinds.includes("to only")) return [5, 6];
  if (kinds.includes("back")) return [2, 6];
  return kinds.includes("move") ? [2, 3, 4, 5, 6] : [2];
}

const PAIRS = SIDE_BY_SIDE.flatMap(
  ([a, b]) =>
    (a === b
      ? [[a, b]]
      : [
          [a, b],
          [b, a],
        ]) as [Kind, Kind][],
);

describe("G6 G7 a process that stops after any of its calls, for a while or for ever", () => {
  test.each(PAIRS)("%s stops, %s goes on: nothing is stuck, lost or back", async (...kinds) => {
    const open = UNDERLYING["memory to memory"] as OpenUnderlying;
    let ways = 0;
    for (const start of ["anonymous", "logged in"] as const) {
      for (const progress of progressesOf(kinds)) {
        for (const mine of OPERATIONS) {
          for (const theirs of OPERATIONS) {
            const operations = [mine, theirs] as const;
            ways += await everyStop({ open, kinds, start, progress, operations }).catch((cause) => {
              throw new Error(`${start} ${progress} ${operations}: ${cause.message}`, { cause });
            });
          }
        }
      }
    }
    expect(ways).toBeGreaterThan(100);
  });
});
