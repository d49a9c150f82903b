import { expect, test } from "vitest";
import { repeatable } from "../testing/bench.ts";
import type { Secret, SessionId } from "../token/token.ts";
import { firstVersion, succession } from "./succession.ts";

const id = "A".repeat(22) as SessionId;
const other = "B".repeat(21).concat("A") as SessionId;
const next = "n".repeat(43) as Secret;

test("G2 the secret hangs on what the client alone knows, and its lineage on what the server alone knows too", () => {
  const it = succession(id, next, "lineage");
  expect(succession(id, next, "lineage")).toEqual(it);
  const changed = [
    succession(other, next, "lineage"),
    succession(id, "m".repeat(43) as Secret, "lineage"),
    succession(id, next, "another"),
  ];
  expect(changed.map(({ seed }) => seed !== it.seed)).toEqual([true, true, false]);
  expect(changed.map(({ lineage }) => lineage !== it.lineage)).toEqual([false, true, true]);
  for (const known of [next, "lineage"]) {
    expect([it.seed.includes(known), it.lineage.includes(known)]).toEqual([false, false]);
  }
});

test("G7 a record under an id of before begins with a version that no count of updates has reached", () => {
  const random = repeatable();
  const versions = Array.from({ length: 50 }, () => firstVersion(random));
  expect(new Set(versions).size).toBe(50);
  for (const version of versions) expect(version >= 2 ** 10 && version < 2 ** 29).toBe(true);
  expect(firstVersion(() => Uint8Array.of(255, 255, 255, 255))).toBe(2 ** 10 + 2 ** 28 - 1);
});
