import { expect, test } from "vitest";
import { isPutOut, nextMark } from "./user-mark.ts";

test("G6 a second revocation ends the login between the two, whatever the clock of either says", () => {
  const id = "A".repeat(22) as never;
  const first = nextMark(undefined, 1000);
  const login = { id, authenticatedAt: first.notBefore + 1 };
  expect(isPutOut(login, first)).toBe(false);
  for (const clock of [1000, 1001, 400]) expect(isPutOut(login, nextMark(first, clock))).toBe(true);
});
