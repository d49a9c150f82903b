import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { START } from "../../testing/bench.ts";
import { carried } from "../testing/sealed-bench.ts";
import { type Entry, FIRST } from "./entry.ts";
import { SLACK_MS, type Standing, standingOf } from "./standing.ts";
import type { UserMark } from "./user-mark.ts";

const timeouts = {
  idle: 1_800_000,
  absolute: 43_200_000,
  touchEvery: 60_000,
  rotationGrace: 10_000,
};
const SOON = START + 9_999;
const LATER = START + 10_000;
/** Of a token made before anything of what happened. */
const EARLIER = { lastSeenAt: START - timeouts.rotationGrace };

function standing(
  epoch: number,
  entry?: Partial<Entry>,
  now = START,
  mark?: UserMark,
  changes: Parameters<typeof carried>[0] = {},
): Standing {
  const whole = entry && { ...FIRST, since: START, ...entry };
  return standingOf(carried({ epoch, ...changes }), whole, mark, { now, timeouts });
}

describe("what a token is worth", () => {
  test("of which nothing is known", () => {
    expect(standing(0)).toBe("current");
    expect(standing(1)).toBe("ahead");
    // Nothing that could be ended by it is alive any more.
    expect(standing(1, undefined, START + timeouts.idle + SLACK_MS - 1)).toBe("ahead");
    expect(standing(1, undefined, START + timeouts.idle + SLACK_MS)).toBe("current");
  });

  test("after a rotation that was presented", () => {
    const entry = { epoch: 1 };
    expect(standing(1, entry)).toBe("current");
    expect(standing(2, entry)).toBe("ahead");
    expect(standing(0, entry, SOON, undefined, EARLIER)).toBe("grace");
    expect(standing(0, entry, LATER, undefined, EARLIER)).toBe("reused");
    // Made while the rotation was on its way, it may have arrived after that.
    expect(standing(0, entry, LATER)).toBe("grace");
    const close = { lastSeenAt: START - timeouts.rotationGrace + 1 };
    expect(standing(0, entry, LATER, undefined, close)).toBe("grace");
  });

  test("after two rotations: only what ran out with the last has a grace", () => {
    const entry = { epoch: 2, oldest: 1 };
    expect(standing(1, entry, SOON)).toBe("grace");
    expect(standing(0, entry, SOON)).toBe("reused");
  });

  test("after a login", () => {
    const entry = { epoch: 2, floor: 2, oldest: 2 };
    expect(standing(2, entry)).toBe("current");
    for (const epoch of [0, 1]) {
      expect(standing(epoch, entry, SOON)).toBe("superseded");
      expect(standing(epoch, entry, LATER)).toBe("outlived");
    }
  });

  test.each([0, 1, 2])("after the end, in epoch %i", (epoch) => {
    for (const now of [SOON, LATER]) {
      expect(standing(epoch, { ended: "destroyed" }, now)).toBe("ended");
    }
    expect(standing(epoch, { ended: "replaced" }, SOON)).toBe("superseded");
    expect(standing(epoch, { ended: "replaced" }, LATER)).toBe("outlived");
  });

  test("of a login that is written down, and one that is not there", () => {
    const login = { userId: "ada", authenticatedAt: START, registered: true } as const;
    expect(standing(0, {}, START, undefined, login)).toBe("current");
    expect(standing(0, undefined, START, undefined, login)).toBe("ended");
  });

  test("of a login of before the user's mark, or after it", () => {
    const at = (authenticatedAt: number) =>
      standing(0, undefined, START, { notBefore: START }, { userId: "ada", authenticatedAt });
    expect([at(START - 1), at(START), at(START + 1)]).toEqual(["ended", "ended", "current"]);
  });
});

test("G6 what ended opens at no time and in no epoch; G4 nor does what a login ended", () => {
  const open: readonly Standing[] = ["current", "ahead", "grace"];
  const entry = fc.record({
    epoch: fc.nat({ max: 6 }),
    floor: fc.nat({ max: 6 }),
    oldest: fc.nat({ max: 6 }),
    ended: fc.constantFrom(undefined, "destroyed" as const, "replaced" as const),
  });
  const later = fc.nat({ max: 2 * timeouts.idle });
  fc.assert(
    fc.property(fc.nat({ max: 8 }), entry, later, (epoch, it, after) => {
      const worth = standing(epoch, it, START + after, undefined, EARLIER);
      if (it.ended || epoch < it.floor) expect(open).not.toContain(worth);
      if (worth === "grace") expect(after).toBeLessThan(timeouts.rotationGrace);
    }),
    { numRuns: 5_000 },
  );
});
