import { describe, expect, test } from "vitest";
import type { SessionRecord } from "../store/contract.ts";
import type { SecretHash, SessionId } from "../token/token.ts";
import { admissible, assess, type CommitFacts } from "./assess.ts";
import type { Lifetime } from "./lifetime.ts";
import type { LoadedRecord, SessionState } from "./record.ts";

const NOW = 100_000;
const lifetime: Lifetime = {
  idle: 50_000,
  absolute: 90_000,
  touchEvery: 10_000,
  rotationGrace: 5_000,
};
const hash = (name: string) => name.padEnd(43, "-") as SecretHash;
const presented = (name: string) => ({ secret: "" as never, hash: hash(name) });
const login = (userId: string, keep?: readonly string[]) => ({
  login: { userId, keep },
});

function loaded(
  record: Partial<SessionRecord> = {},
  state: Partial<SessionState> = {},
): LoadedRecord {
  return {
    record: {
      id: "A".repeat(22) as SessionId,
      version: 1,
      userId: null,
      createdAt: 1,
      authenticatedAt: null,
      lastSeenAt: NOW,
      expiresAt: NOW + 1_000,
      state: "",
      data: "{}",
      ...record,
    },
    state: { hash: hash("current"), lineage: "l", endsAt: NOW + 2_000, ...state },
  };
}

const fresh = loaded();
const pending = loaded({}, { pending: { hash: hash("next"), nonce: "n", since: NOW } });
const untold = loaded({}, { pending: { hash: hash("next"), nonce: "n", since: NOW - 5_000 } });
const second = loaded(
  { userId: "ada", authenticatedAt: NOW },
  { pending: { hash: hash("next"), nonce: undefined, since: NOW } },
);
const grace = loaded(
  {},
  { hash: hash("next"), retired: [{ hash: hash("current"), until: NOW + 1 }] },
);
const ada = loaded(
  { userId: "ada", authenticatedAt: NOW },
  { hash: hash("ada"), superseded: [{ hash: hash("current"), until: NOW + 1 }] },
);
const quiet = loaded({ lastSeenAt: NOW - 10_000 });
const expired = loaded({ expiresAt: NOW });
const ended = loaded({}, { endsAt: NOW });
const marker = loaded({}, { hash: hash(""), replaced: true });

function situation(
  opened: LoadedRecord | undefined,
  current: LoadedRecord | undefined,
  facts: Partial<CommitFacts>,
) {
  const all = {
    loaded: opened,
    presented: opened && presented("current"),
    intent: {},
    changed: false,
    stray: false,
    now: NOW,
  };
  const { kind, ...rest } = assess({ ...all, ...facts }, current, lifetime);
  if ("match" in rest) return `${kind} ${rest.match}`;
  if ("replaced" in rest) return rest.replaced ? `${kind} in its place` : kind;
  if ("resend" in rest && rest.resend) return `${kind} resend`;
  return kind;
}

const CHANGED = { changed: true };
type Row = readonly [
  string,
  LoadedRecord | undefined,
  LoadedRecord | undefined,
  Partial<CommitFacts>,
  string,
];

describe("G1 a visitor without a session", () => {
  test.each<Row>([
    ["does nothing", undefined, undefined, {}, "idle"],
    ["touches", undefined, undefined, { intent: { touch: true } }, "idle"],
    ["rotates", undefined, undefined, { intent: { rotate: true } }, "idle"],
    ["regenerates", undefined, undefined, { intent: { regenerate: true } }, "idle"],
    ["writes", undefined, undefined, CHANGED, "start"],
    ["logs in", undefined, undefined, { intent: login("ada") }, "start"],
    ["signs out", undefined, undefined, { intent: { destroy: true } }, "end"],
    ["writes, as a stray", undefined, undefined, { changed: true, stray: true }, "superseded"],
    ["reads, as a stray", undefined, undefined, { stray: true }, "idle"],
    ["logs in, as a stray", undefined, undefined, { stray: true, intent: login("ada") }, "start"],
  ])("%s", (_, opened, current, facts, expected) => {
    expect(situation(opened, current, facts)).toBe(expected);
  });
});

describe("a session that is as it was opened", () => {
  test.each<Row>([
    ["nothing to do", fresh, fresh, {}, "idle"],
    ["a touch is due", quiet, quiet, {}, "touch"],
    ["a touch is asked for", fresh, fresh, { intent: { touch: true } }, "touch"],
    ["a write", fresh, fresh, CHANGED, "continue current"],
    ["a write takes the touch along", quiet, quiet, CHANGED, "continue current"],
    ["a rotation", fresh, fresh, { intent: { rotate: true } }, "continue current"],
    ["a login", fresh, fresh, { intent: login("ada") }, "continue current"],
    ["a regenerate", fresh, fresh, { intent: { regenerate: true } }, "start in its place"],
    ["a destroy", fresh, fresh, { intent: { destroy: true } }, "end"],
    [
      "the pending token for the first time",
      pending,
      pending,
      { presented: presented("next") },
      "continue pending",
    ],
    ["the old token while one is pending", pending, pending, {}, "idle"],
    ["the old token long after", untold, untold, {}, "idle resend"],
    ["a rotation under way", pending, pending, { intent: { rotate: true } }, "idle resend"],
    [
      "a rotation under way, touch due",
      { ...pending, record: quiet.record },
      { ...pending, record: quiet.record },
      { intent: { rotate: true } },
      "touch resend",
    ],
    [
      "a rotation from the pending token",
      pending,
      pending,
      { presented: presented("next"), intent: { rotate: true } },
      "continue pending",
    ],
    [
      "a strict rotation under way",
      pending,
      pending,
      { intent: { rotate: true, strict: true } },
      "idle resend",
    ],
    ["a rotation long after", untold, untold, { intent: { rotate: true } }, "idle resend"],
    [
      "a strict rotation long after",
      untold,
      untold,
      { intent: { rotate: true, strict: true } },
      "continue current",
    ],
    ["a rotation in the grace", grace, grace, { intent: { rotate: true } }, "idle"],
    ["a write in the grace", grace, grace, CHANGED, "continue grace"],
  ])("%s", (_, opened, current, facts, expected) => {
    expect(situation(opened, current, facts)).toBe(expected);
  });
});

describe("G6 a session that is gone, expired or replaced by the time of the commit", () => {
  const absent: [string, LoadedRecord | undefined, string][] = [
    ["gone", undefined, "gone"],
    ["expired", expired, "gone"],
    ["past its absolute end", ended, "gone"],
    ["replaced", marker, "superseded"],
  ];
  for (const [name, current, lost] of absent) {
    test.each<[string, Partial<CommitFacts>, string]>([
      ["a reader", {}, "idle"],
      ["a writer", CHANGED, lost],
      ["a touch", { intent: { touch: true } }, lost],
      ["a rotation", { intent: { rotate: true } }, lost],
      ["a login", { intent: login("ada") }, "start"],
      ["a login with data", { changed: true, intent: login("ada") }, "start"],
      ["a regenerate", { intent: { regenerate: true } }, "start"],
      ["a destroy", { intent: { destroy: true } }, "end"],
    ])(`${name}: %s`, (_, facts, expected) => {
      expect(situation(fresh, current, facts)).toBe(expected);
    });
  }
});

describe("G4 a session that somebody has logged into since", () => {
  test.each<Row>([
    ["a reader", fresh, ada, {}, "idle"],
    ["a writer", fresh, ada, CHANGED, "continue superseded"],
    ["a rotation", fresh, ada, { intent: { rotate: true } }, "idle"],
    ["the same user's login", fresh, ada, { intent: login("ada") }, "continue superseded"],
    [
      "a third login of that user",
      fresh,
      second,
      { presented: presented("older"), intent: login("ada") },
      "start",
    ],
    ["a step-up", fresh, ada, { intent: { auth: { elevated: { until: NOW + 1 } } } }, "superseded"],
    ["the same user's login where none came between", ada, ada, { intent: login("ada") }, "start"],
    [
      "the login of a user who acts for somebody by now",
      fresh,
      loaded(ada.record, { ...ada.state, auth: { actingAs: "bob" } }),
      { intent: login("ada") },
      "start",
    ],
    ["another user's login", fresh, ada, { intent: login("eve") }, "start"],
    [
      "another user's login with a good token",
      fresh,
      ada,
      { presented: presented("ada"), intent: login("eve") },
      "start in its place",
    ],
    ["a regenerate", fresh, ada, { intent: { regenerate: true } }, "start"],
  ])("%s", (_, opened, current, facts, expected) => {
    expect(situation(opened, current, facts)).toBe(expected);
  });
});

describe("admissible", () => {
  const kept = loaded({ userId: "ada" }, { kept: ["cart"] });

  test("all passes, unless a request that began anonymous meets a login that named what it keeps", () => {
    expect(admissible(fresh, fresh, {})).toBeUndefined();
    expect(admissible(fresh, ada, {})).toBeUndefined();
    expect(admissible(kept, kept, {})).toBeUndefined();
    expect(admissible(undefined, kept, {})).toBeUndefined();
  });

  test("of such a request what the login kept passes, and what its own login came before", () => {
    const plain = admissible(fresh, kept, {});
    const own = admissible(fresh, kept, login("ada"));
    const passes = (it: typeof plain) => [it?.("cart", false), it?.("x", false), it?.("x", true)];
    expect(passes(plain)).toEqual([true, false, false]);
    expect(passes(own)).toEqual([true, false, true]);
  });
});
