import { expect, test } from "vitest";
import { connectionsBench } from "../testing/connections-bench.ts";
import { refuses } from "./logout-mark.ts";

const ISSUER = "https://id.example";
const SUB = { issuer: ISSUER, subject: "ada" };
const SID = { issuer: ISSUER, sid: "1" };
const MARK = { at: 10_000, notedAt: 500_000 };

test.each([
  ["of before", SUB, { issuedAt: 9_000 }, true],
  ["of the same second", SUB, { issuedAt: 10_000 }, true],
  ["of after", SUB, { issuedAt: 11_000 }, false],
  [
    "of after, for a login that had begun before",
    SUB,
    { issuedAt: 11_000, startedAt: 500_000 },
    true,
  ],
  ["of after, for a login that began after", SUB, { issuedAt: 11_000, startedAt: 500_001 }, false],
  ["of after, in a session of the provider's that is over", SID, { issuedAt: 11_000 }, true],
  [
    "of after, in such a session, with its user named",
    { ...SUB, sid: "1" },
    { issuedAt: 11_000 },
    true,
  ],
])("an ID token %s", (_, who, login, refused) => {
  expect(refuses(who, MARK, login)).toBe(refused);
});

test("of two logouts that come in the wrong order the later one counts", async () => {
  const it = connectionsBench();
  const now = it.clock();
  await it.connections.signedOut(SUB, now + 2_000);
  await it.connections.signedOut(SUB, now);
  const login = (issuedAt: number) => it.connections.begin({ ...it.connection("one"), issuedAt });
  expect(await login(now + 2_000)).toBe(false);
  expect(await login(now + 3_000)).toBe(true);
});

test("a login is about its own user, at its own issuer", async () => {
  const it = connectionsBench();
  await it.connections.signedOut({ ...SUB, sid: "1" }, it.clock());
  const login = (identity: object) => it.connections.begin(it.connection("one", identity));
  expect(await login({ sid: "1" })).toBe(false);
  expect(await login({ sid: "2" })).toBe(true);
  expect(await login({ subject: "bob", sid: "1" })).toBe(true);
  expect(await login({ issuer: "https://other.example", sid: "1" })).toBe(true);
});

test("a login without a sid may be of any session of its user's that is over", async () => {
  const it = connectionsBench();
  await it.connections.signedOut({ ...SUB, sid: "1" }, it.clock());
  const login = (name: string, identity: object, issuedAt: number) =>
    it.connections.begin({ ...it.connection(name, { sid: undefined, ...identity }), issuedAt });
  expect(await login("one", {}, it.clock())).toBe(false);
  expect(await login("two", {}, it.clock() + 1_000)).toBe(true);
  expect(await login("three", { subject: "bob" }, it.clock())).toBe(true);
});

test("a login that is refused leaves nothing", async () => {
  const it = connectionsBench();
  await it.connections.signedOut(SID, it.clock());
  const refused = it.connection("one", { sid: "1" });
  expect(await it.connections.begin(refused)).toBe(false);
  expect(await it.connections.read(refused.sessionId)).toBeUndefined();
  expect(await it.connections.signedOut(SID, it.clock())).toEqual([]);
});
