import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommitFacts } from "../session/assess.ts";
import type { Intent } from "../session/unit.ts";
import { START } from "../testing/bench.ts";
import { carriedRecord } from "./carried.ts";
import { type Plan, planOf } from "./plan.ts";
import type { Standing } from "./revocation/standing.ts";
import { carried } from "./testing/sealed-bench.ts";

const LIFETIME = {
  idle: 1_800_000,
  absolute: 43_200_000,
  touchEvery: 60_000,
  rotationGrace: 10_000,
};
const LOADED = carriedRecord(carried());
const LOGIN = { userId: "ada" };
const LIVE = ["current", "ahead", "grace"] as const;
const DEAD = ["superseded", "reused", "ended"] as const;

interface Case {
  readonly loaded?: boolean;
  readonly renew?: boolean;
  readonly intent?: Intent;
  readonly changed?: boolean;
  readonly stray?: boolean;
  readonly after?: number;
}

function plan(it: Case, standing: Standing = "current"): Plan {
  const { loaded = true, renew = false, intent = {}, changed = false, stray = false } = it;
  const before = loaded ? { ...LOADED, renew } : undefined;
  const facts: CommitFacts = {
    loaded: before,
    presented: undefined,
    intent,
    changed,
    stray,
    now: START + (it.after ?? 0),
  };
  return planOf(facts, before, standing, LIFETIME);
}

const kinds: [title: string, facts: Case, plans: Partial<Record<Standing, string>>][] = [
  ["nothing", {}, { current: "idle", ended: "idle", reused: "idle" }],
  ["nothing, within the touch window", { after: 59_999 }, { current: "idle" }],
  ["nothing, after it", { after: 60_000 }, { current: "renew", grace: "renew", ended: "lost" }],
  ["a touch", { intent: { touch: true } }, { current: "renew", ended: "lost" }],
  ["an older key", { renew: true }, { current: "renew", ended: "lost" }],
  ["a change", { changed: true }, { current: "renew", ahead: "renew", superseded: "lost" }],
  ["a rotation", { intent: { rotate: true } }, { current: "renew", reused: "lost" }],
  ["a login", { intent: { login: LOGIN } }, { current: "renew", grace: "renew" }],
  [
    "a login, too late",
    { intent: { login: LOGIN } },
    { superseded: "start", ended: "start", reused: "start" },
  ],
  ["regenerate", { intent: { regenerate: true } }, { current: "start", ended: "start" }],
  ["destroy", { intent: { destroy: true } }, { current: "end", superseded: "end", ended: "end" }],
  ["destroy without a session", { loaded: false, intent: { destroy: true } }, { current: "end" }],
  ["a visitor", { loaded: false }, { current: "idle" }],
  [
    "a visitor's touch",
    { loaded: false, intent: { touch: true, rotate: true } },
    { current: "idle" },
  ],
  ["a visitor's change", { loaded: false, changed: true }, { current: "start" }],
  ["a visitor's login", { loaded: false, intent: { login: LOGIN } }, { current: "start" }],
  ["a stray's change", { loaded: false, changed: true, stray: true }, { current: "lost" }],
  [
    "a stray's login",
    { loaded: false, stray: true, intent: { login: LOGIN } },
    { current: "start" },
  ],
];

describe("what a commit has to do", () => {
  test.each(kinds)("%s", (_, facts, plans) => {
    for (const [standing, kind] of Object.entries(plans)) {
      expect(plan(facts, standing as Standing).kind, standing).toBe(kind);
    }
  });

  test("only a session that is gone takes the cookie along", () => {
    const lost = DEAD.map((standing) => plan({ changed: true }, standing));
    expect(lost).toEqual([
      { kind: "lost", reason: "superseded" },
      { kind: "lost", reason: "superseded" },
      { kind: "lost", reason: "gone" },
    ]);
  });

  test("a new session ends the one that it replaces, unless the request has no say over that", () => {
    const replaced = (standing: Standing) => plan({ intent: { regenerate: true } }, standing);
    for (const standing of LIVE) expect(replaced(standing)).toMatchObject({ replaced: LOADED });
    for (const standing of DEAD) expect(replaced(standing)).toEqual({ kind: "start" });
  });

  test("a renewal says whether it is worth anything to a client that cannot be told", () => {
    expect(plan({ after: 60_000 })).toMatchObject({ kind: "renew", optional: true });
    expect(plan({ renew: true })).toMatchObject({ optional: true });
    expect(plan({ changed: true })).toMatchObject({ optional: false });
    expect(plan({ intent: { rotate: true } })).toMatchObject({ optional: false });
  });
});

test("G6 whatever a request wants, a token that is worth nothing goes on from nothing", () => {
  const flag = fc.option(fc.constant(true as const), { nil: undefined });
  const intent = fc.record({
    touch: flag,
    rotate: flag,
    regenerate: flag,
    destroy: flag,
    login: fc.option(fc.constant(LOGIN), { nil: undefined }),
  }) as fc.Arbitrary<Intent>;
  const facts = fc.record({ intent, renew: fc.boolean(), changed: fc.boolean(), after: fc.nat() });
  fc.assert(
    fc.property(facts, fc.constantFrom(...DEAD), (it, standing) => {
      const { kind, ...rest } = plan(it, standing);
      expect(kind).not.toBe("renew");
      expect(rest).not.toHaveProperty("replaced", LOADED);
    }),
    { numRuns: 2_000 },
  );
});
