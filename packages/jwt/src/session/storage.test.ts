import { createSessions, memoryStore, SessionConfigError } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { generateJwk } from "../keys/generate.ts";
import { ALL, AUDIENCE, ISSUER, KEYS, START } from "../testing/codec.ts";
import { type JwtOptions, jwt } from "./storage.ts";

const names = { issuer: ISSUER, audience: AUDIENCE };

function site(options: Partial<JwtOptions>) {
  const clock = () => START;
  const revocation = memoryStore({ clock });
  const sessions = createSessions({
    storage: jwt({ keys: undefined, revocation, ...names, ...options }),
    clock,
  });
  /** What the client holds after a request. */
  async function visit(cookie: string, work: (session: Awaited<ReturnType<typeof open>>) => void) {
    const session = await open(cookie);
    work(session);
    const headers = await sessions.commit(session);
    const line = headers.find(([name]) => name === "set-cookie")?.[1];
    return line === undefined ? cookie : (line.split(";")[0] as string);
  }
  const open = async (cookie: string) => sessions.open({ headers: { cookie } });
  return { sessions, revocation, visit, open };
}

describe.each(ALL)("sessions in tokens of %s", (alg) => {
  test("a session lives in its token, from anonymous to login to logout", async () => {
    const it = site({ keys: KEYS[alg] });
    const first = await it.visit("", (session) => session.set("cart", ["apple"]));
    expect(first.split(".")).toHaveLength(alg === "A256KW" ? 5 : 3);
    const second = await it.visit(first, (session) => session.login("ada"));
    const session = await it.open(second);
    expect([session.isNew, session.userId, session.get("cart")]).toEqual([false, "ada", ["apple"]]);
    const gone = await it.visit(second, (session) => session.destroy());
    expect(gone).toBe("__Host-id=");
    // A copy of the token does not bring it back.
    expect((await it.open(second)).isNew).toBe(true);
  });

  test("a token of an older key opens, and the next response brings one of the current key", async () => {
    const [a, b] = [KEYS[alg], generateJwk(alg)];
    const old = await site({ keys: a, revocation: "none" }).visit("", (session) =>
      session.set("theme", "dark"),
    );
    const it = site({ keys: { current: b, older: a }, revocation: "none" });
    const renewed = await it.visit(old, (session) => session.get("theme"));
    expect(renewed).not.toBe(old);
    const alone = site({ keys: b, revocation: "none" });
    expect((await alone.open(renewed)).get("theme")).toBe("dark");
    expect((await alone.open(old)).isNew).toBe(true);
  });
});

test("it does not construct without a word on revocation, or without a key", () => {
  const { revocation: _, ...rest } = { keys: KEYS.EdDSA, revocation: "none" as const, ...names };
  expect(() => jwt(rest as JwtOptions)).toThrow(SessionConfigError);
  expect(() => jwt(rest as JwtOptions)).toThrow("storage.revocation must be");
  expect(() => jwt({ ...rest, keys: undefined, revocation: "none" })).toThrow(
    "storage.keys is missing",
  );
  expect(() => jwt(undefined as never)).toThrow(SessionConfigError);
});

test("errors name the options as they are in createSessions", () => {
  const good = { keys: KEYS.EdDSA, revocation: "none" as const, ...names };
  for (const [change, message] of [
    [{ issuer: "" }, "storage.issuer must be a text"],
    [{ audience: 7 }, "storage.audience must be a text"],
    [{ keys: { current: KEYS.EdDSA, next: "x" } }, "storage.keys.next must be a JSON Web Key"],
    [
      { keys: { kty: "oct", alg: "HS256" } },
      "storage.keys.k is missing; make one with generateJwk()",
    ],
    [{ keys: { current: KEYS.EdDSA, older: KEYS.A256KW } }, "storage.keys must all sign or all"],
    [{ key: "x" }, "storage.key is not an option"],
  ] as const) {
    expect(() => jwt({ ...good, ...change } as JwtOptions)).toThrow(message);
  }
});

test("a clock with fractions is an error, and no session that is lost without a word", async () => {
  const sessions = createSessions({
    storage: jwt({ keys: KEYS.EdDSA, revocation: "none", ...names }),
    clock: () => START + 0.25,
  });
  const session = await sessions.open({ headers: {} });
  session.login("ada");
  await expect((async () => sessions.commit(session))()).rejects.toThrow(RangeError);
});
