import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SessionRecord } from "../store/contract.ts";
import type { SecretHash, SessionId } from "../token/token.ts";
import { isExpired, isTouchDue, type Lifetime, seen } from "./lifetime.ts";
import type { SessionState } from "./record.ts";

const lifetime: Lifetime = { idle: 100, absolute: 1_000, touchEvery: 10, rotationGrace: 5 };
const recordOf = (lastSeenAt: number, expiresAt: number): SessionRecord => ({
  id: "A".repeat(22) as SessionId,
  version: 1,
  userId: null,
  createdAt: 0,
  authenticatedAt: null,
  lastSeenAt,
  expiresAt,
  state: "",
  data: "{}",
});
const stateOf = (endsAt: number): SessionState => ({
  hash: "h" as SecretHash,
  lineage: "l",
  endsAt,
});

test("G8 a visit moves the idle deadline, at most to the absolute one", () => {
  expect(seen(500, 1_000, lifetime)).toEqual({ lastSeenAt: 500, expiresAt: 600 });
  expect(seen(950, 1_000, lifetime)).toEqual({ lastSeenAt: 950, expiresAt: 1_000 });
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(2_000), (now, endsAt) => {
      expect(seen(now, endsAt, lifetime).expiresAt).toBeLessThanOrEqual(endsAt);
    }),
  );
});

test.each([
  [99, 100, 1_000, false],
  [100, 100, 1_000, true],
  [101, 100, 1_000, true],
  [999, 2_000, 1_000, false],
  [1_000, 2_000, 1_000, true],
])(
  "at %i a session with the deadlines %i and %i is expired: %s",
  (now, expiresAt, endsAt, expired) => {
    expect(isExpired(recordOf(0, expiresAt), stateOf(endsAt), now)).toBe(expired);
  },
);

test.each([
  [0, false],
  [9, false],
  [10, true],
  [11, true],
  [-5, false],
])("%i ms after the last visit a touch is due: %s", (after, due) => {
  expect(isTouchDue(recordOf(500, 600), 500 + after, lifetime)).toBe(due);
});

describe("touchEvery of nothing", () => {
  test("makes every visit a touch", () => {
    expect(isTouchDue(recordOf(500, 600), 500, { ...lifetime, touchEvery: 0 })).toBe(true);
  });
});
