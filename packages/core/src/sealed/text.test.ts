import fc from "fast-check";
import { expect, test } from "vitest";
import type { CarriedSession } from "../stateless/codec.ts";
import { carried } from "../stateless/testing/sealed-bench.ts";
import { START } from "../testing/bench.ts";
import type { SessionId } from "../token/token.ts";
import { sessionOf, sessionText } from "./text.ts";

const time = fc.integer({ min: 0, max: 8.64e15 });
const id = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString("base64url") as SessionId);
const flag = fc.constantFrom(true as const, undefined);
const anonymous = { userId: fc.constant(null), authenticatedAt: fc.constant(null) };
const known = { userId: fc.string({ unit: "grapheme", minLength: 1 }), authenticatedAt: time };
const common = {
  id,
  lineage: fc.option(fc.base64String({ minLength: 1 }), { nil: undefined }),
  epoch: fc.nat(),
  since: time,
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
  endsAt: time,
  remember: flag,
  registered: flag,
  flash: fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }),
  data: fc.dictionary(fc.string(), fc.jsonValue()).map((it) => JSON.stringify(it)),
};
const session: fc.Arbitrary<CarriedSession> = fc.oneof(
  fc.record({ ...common, ...anonymous }),
  fc.record({ ...common, ...known }),
);

test("a session comes back from its text as it was, whatever it holds", () => {
  fc.assert(
    fc.property(session, (it) => {
      const plain = { ...it, flash: it.flash && JSON.parse(JSON.stringify(it.flash)) };
      expect(sessionOf(sessionText(plain), it.expiresAt)).toEqual(plain);
    }),
    { numRuns: 3_000 },
  );
});

test("a session without anything takes no more than its times", () => {
  expect(sessionText(carried())).toBe(`[1,"AAAAAAAAAAAAAAAAAAAAAA",${START},43200000,0,0,0,0]\n{}`);
});

const HEAD = [1, "AAAAAAAAAAAAAAAAAAAAAA", START, 43_200_000, 0, 0, 0, 0];
const wrong: [string, string][] = [
  ["no line end", JSON.stringify(HEAD)],
  ["no line end, and one character more", `${JSON.stringify(HEAD)}x`],
  ["nothing", ""],
  ["only a line end", "\n{}"],
  ["no JSON", "[1,\n{}"],
  ["no list", '{"0":1}\n{}'],
  ["null", "null\n{}"],
  ["another version", `${JSON.stringify([2, ...HEAD.slice(1)])}\n{}`],
  ["an id of another spelling", `${JSON.stringify(["1", "A".repeat(21)])}\n{}`],
  ["a time that is a text", `${JSON.stringify(HEAD.with(2, "2000" as never))}\n{}`],
  ["a time that is no whole number", `${JSON.stringify(HEAD.with(3, 0.5))}\n{}`],
  ["an epoch past what numbers can count", `${JSON.stringify(HEAD.with(5, 2 ** 53))}\n{}`],
  ["too little", `${JSON.stringify(HEAD.slice(0, 7))}\n{}`],
  ["a user without a login", `${JSON.stringify([...HEAD, "ada"])}\n{}`],
  ["a login without a user", `${JSON.stringify([...HEAD, null, 5])}\n{}`],
  ["a user that is a number", `${JSON.stringify([...HEAD, 7, 5])}\n{}`],
  ["a flash that is a list", `${JSON.stringify([...HEAD, null, null, []])}\n{}`],
];
test.each(wrong)("a text with %s is none of ours", (_, text) => {
  expect(sessionOf(text, START)).toBeUndefined();
});

test("no text at all makes it throw", () => {
  const any = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map((it) => `[${it}]\n{}`),
  );
  fc.assert(
    fc.property(any, (text) => sessionOf(text, START) === undefined),
    { numRuns: 5_000 },
  );
});
