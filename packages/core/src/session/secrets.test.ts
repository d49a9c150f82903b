import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SecretHash } from "../token/token.ts";
import type { SessionState } from "./record.ts";
import { acknowledge, isAuthorised, matchSecret, strays, supersede } from "./secrets.ts";

const hash = (name: string) => name.padEnd(43, "-") as SecretHash;
const NOW = 1_000;
const GRACE = 10;

const state: SessionState = {
  hash: hash("current"),
  lineage: "l",
  endsAt: 9_999,
  pending: { hash: hash("pending"), nonce: "n", since: 0 },
  retired: [
    { hash: hash("retired long ago"), until: NOW },
    { hash: hash("retired just now"), until: NOW + 1 },
  ],
  superseded: [
    { hash: hash("superseded long ago"), until: NOW },
    { hash: hash("superseded just now"), until: NOW + 1 },
  ],
};

describe("matchSecret", () => {
  test.each([
    ["current", "current", true],
    ["pending", "pending", true],
    ["retired just now", "grace", true],
    ["retired long ago", "unknown", false],
    ["superseded just now", "superseded", false],
    ["superseded long ago", "unknown", false],
    ["another", "unknown", false],
    ["", "unknown", false],
  ])("the secret %j is %s and opens: %s", (name, match, opens) => {
    const found = matchSecret(state, hash(name), NOW);
    expect([found, isAuthorised(found)]).toEqual([match, opens]);
  });

  test("G6 nothing opens a marker", () => {
    const marker = { ...state, replaced: true as const };
    for (const name of ["current", "pending", "retired just now", "retired long ago", "another"]) {
      expect(isAuthorised(matchSecret(marker, hash(name), NOW))).toBe(false);
    }
    expect(matchSecret(marker, hash("superseded just now"), NOW)).toBe("superseded");
    expect(matchSecret(marker, hash("superseded long ago"), NOW)).toBe("unknown");
  });
});

describe("acknowledge", () => {
  test("G5 the pending secret becomes the one, and the old one has its grace", () => {
    const next = acknowledge(state, NOW, GRACE);
    const matches = (at: number) =>
      ["current", "pending", "retired just now"].map((name) => matchSecret(next, hash(name), at));
    expect(next.pending).toBeUndefined();
    expect(matches(NOW)).toEqual(["grace", "current", "grace"]);
    expect(matches(NOW + GRACE - 1)).toEqual(["grace", "current", "unknown"]);
    expect(matches(NOW + GRACE)).toEqual(["unknown", "current", "unknown"]);
    expect(next.endsAt).toBe(state.endsAt);
  });

  test("without a pending secret nothing changes", () => {
    const { pending: _, ...settled } = state;
    expect(acknowledge(settled, NOW, GRACE)).toEqual(settled);
  });

  test.each([
    ["none past its grace", GRACE, 20, 1],
    ["all within it", 0, 20, 20],
    ["of those no more than 32", 0, 50, 32],
  ])("keeps the newest secrets: %s", (_, apart, rotations, kept) => {
    let it: SessionState = { hash: hash("s0"), lineage: "l", endsAt: 1 };
    for (let n = 1; n <= rotations; n++) {
      const pending = { hash: hash(`s${n}`), nonce: "n", since: 0 };
      it = acknowledge({ ...it, pending }, NOW + n * apart, GRACE);
    }
    const newest = Array.from({ length: kept }, (_, i) => hash(`s${rotations - kept + i}`));
    expect(it.retired?.map((former) => former.hash)).toEqual(newest);
  });
});

describe("supersede", () => {
  test("G4 every secret of before is worthless at once, and known as superseded for the grace", () => {
    const next = supersede(state, hash("new"), NOW, GRACE);
    const before = ["current", "pending", "retired just now", "superseded just now"];
    for (const name of before) expect(matchSecret(next, hash(name), NOW)).toBe("superseded");
    for (const name of ["retired long ago", "superseded long ago"]) {
      expect(isAuthorised(matchSecret(next, hash(name), NOW))).toBe(false);
    }
    expect(matchSecret(next, hash("new"), NOW)).toBe("current");
    expect(matchSecret(next, hash("current"), NOW + GRACE)).toBe("unknown");
    expect([next.pending, next.retired]).toEqual([undefined, undefined]);
  });

  test("G4 nothing that opened before opens after, whatever the state", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e");
    const former = fc.array(
      fc.record({ hash: name.map(hash), until: fc.integer({ min: NOW - 20, max: NOW + 20 }) }),
      { maxLength: 6 },
    );
    const any = fc.record({
      hash: name.map(hash),
      lineage: fc.constant("l"),
      endsAt: fc.nat(),
      retired: former,
      superseded: former,
      pending: fc.record({ hash: name.map(hash), nonce: fc.string(), since: fc.nat() }),
    });
    fc.assert(
      fc.property(any, fc.nat(30), (it, wait) => {
        const next = supersede(it, hash("new"), NOW, GRACE);
        for (const known of ["a", "b", "c", "d", "e"]) {
          expect(isAuthorised(matchSecret(next, hash(known), NOW + wait))).toBe(false);
        }
        expect(strays(it, NOW, GRACE).length).toBeLessThanOrEqual(32);
        expect(strays(it, NOW, GRACE).map((stray) => stray.hash)).toContain(it.hash);
      }),
    );
  });
});
