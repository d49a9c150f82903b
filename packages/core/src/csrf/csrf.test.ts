import { timingSafeEqual } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { SessionDestroyedError, SessionStoreError, SessionTooLateError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { Browser, bench, type Loose } from "../testing/bench.ts";
import { CsrfError } from "./error.ts";
import { assertCsrf, csrfToken, verifyCsrf } from "./token.ts";

vi.mock(import("node:crypto"), async (original) => {
  const crypto = await original();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

const kinds = [
  ["a store", () => bench()],
  ["a store that answers later", () => bench({ asynchronous: true })],
  ["sealed cookies", () => sealedBench()],
  ["sealed cookies without a revocation store", () => sealedBench({ remembers: false })],
] as const;

describe.each(kinds)("with %s", (_, start) => {
  /** A visitor with a session, and a token of it. */
  async function visitor() {
    const it = start();
    const browser: Browser = it.browser();
    await browser.visit((session) => session.set("cart", []));
    const token = await browser.visit(csrfToken);
    const verify = (text: unknown = token) =>
      browser.visit((session: Session<Loose>) => verifyCsrf(session, text));
    return { ...it, browser, token, verify };
  }

  test("a token is good in later requests, and as often as it comes", async () => {
    const { verify } = await visitor();
    expect([await verify(), await verify()]).toEqual([true, true]);
  });

  test("no two tokens are alike, and all are good", async () => {
    const { browser, verify } = await visitor();
    const session = await browser.open();
    const tokens = Array.from({ length: 50 }, () => csrfToken(session));
    expect(new Set(tokens).size).toBe(50);
    // Nothing in them stays the same either, neither the pad nor what is under it.
    for (const half of [(it: string) => it.slice(0, 42), (it: string) => it.slice(43)]) {
      expect(new Set(tokens.map(half)).size).toBe(50);
    }
    for (const token of tokens) expect(await verify(token)).toBe(true);
  });

  test("it survives data, touches and rotations", async () => {
    const { browser, wait, verify } = await visitor();
    await browser.visit((session) => session.set("cart", ["apple"]));
    wait(120_000);
    await browser.visit((session) => session.touch());
    for (let i = 0; i < 3; i++) {
      const before = browser.token;
      await browser.visit((session) => session.rotate());
      expect(browser.token).not.toBe(before);
      wait(15_000);
      expect(await verify()).toBe(true);
    }
  });

  test("ASVS 3.5.1, G4 it dies at login, at the next login, and at regenerate", async () => {
    const { browser, wait, verify } = await visitor();
    const old = [await browser.visit(csrfToken)];
    const deaths: ((session: Session<Loose>) => void)[] = [
      (session) => session.login("ann"),
      (session) => session.login("ann"),
      (session) => session.login("bob"),
      (session) => session.regenerate(),
    ];
    for (const die of deaths) {
      wait(1_000);
      await browser.visit(die);
      for (const token of old) expect(await verify(token)).toBe(false);
      const token = await browser.visit(csrfToken);
      expect(await verify(token)).toBe(true);
      old.push(token);
    }
  });

  test("a token of before a login in the same request is dead too, of a session that began in it", async () => {
    const { sessions } = start();
    const session = await sessions.open({ headers: {} });
    const token = csrfToken(session);
    session.login("ann");
    expect(verifyCsrf(session, token)).toBe(false);
  });

  test("it dies at logout, in the request that signs out already", async () => {
    const { browser, token, verify } = await visitor();
    await browser.visit((session) => {
      session.destroy();
      expect(verifyCsrf(session, token)).toBe(false);
      expect(() => csrfToken(session)).toThrow(SessionDestroyedError);
    });
    expect(await verify()).toBe(false);
    await browser.visit((session) => session.login("ann"));
    expect(await verify()).toBe(false);
  });

  test("after a login it is the token of whoever has logged in, before the commit and after it", async () => {
    const { browser, token, verify } = await visitor();
    const early = await browser.visit((session) => {
      session.login("ann");
      expect(verifyCsrf(session, token)).toBe(false);
      return csrfToken(session);
    });
    expect(await verify(early)).toBe(true);
    const session = await browser.open();
    session.login("ann");
    await browser.commit(session);
    expect(await verify(csrfToken(session))).toBe(true);
    expect(await verify(early)).toBe(false);
  });

  test("ASVS 3.5.1: it is good for its own session only", async () => {
    const { token, verify, sessions, browser } = await visitor();
    const other: Browser = new Browser(sessions);
    const foreign = await other.visit(csrfToken);
    expect(other.token).not.toBe(browser.token);
    expect(await verify(foreign)).toBe(false);
    expect(await other.visit((session) => verifyCsrf(session, token))).toBe(false);
    expect(await other.visit((session) => verifyCsrf(session, foreign))).toBe(true);
    const nobody = await sessions.open({ headers: {} });
    expect(verifyCsrf(nobody, token)).toBe(false);
  });

  test("a session that is not stored yet is stored for it, without data", async () => {
    const browser: Browser = start().browser();
    const token = await browser.visit(csrfToken);
    expect(browser.token).toBeDefined();
    const session = await browser.open();
    expect([session.isNew, { ...session.data }]).toEqual([false, {}]);
    expect(verifyCsrf(session, token)).toBe(true);
  });

  test("what such a request writes beside it is stored too, before and after", async () => {
    const browser: Browser = start().browser();
    const token = await browser.visit((session) => {
      session.set("a", 1);
      session.flash("notice", "hello");
      const text = csrfToken(session);
      session.update("b", () => 2);
      csrfToken(session);
      return text;
    });
    const session = await browser.open();
    expect([{ ...session.data }, session.get("notice")]).toEqual([{ a: 1, b: 2 }, "hello"]);
    expect(verifyCsrf(session, token)).toBe(true);
  });

  test("G1 verifying stores nothing, and neither does a token of a session that is stored", async () => {
    const { browser, calls } = await visitor();
    calls.length = 0;
    await browser.visit(csrfToken);
    expect([calls.filter((it) => it !== "read"), browser.setCookies]).toEqual([[], []]);
    const stranger = start().browser();
    await stranger.visit((session) => verifyCsrf(session, "x"));
    expect(stranger.setCookies).toEqual([]);
  });

  test("G18 a response with a token depends on the cookie", async () => {
    const { browser } = await visitor();
    await browser.visit(csrfToken);
    expect(browser.headers).toContainEqual(["vary", "Cookie"]);
  });

  test("truncated, altered, doubled or foreign text is refused, and nothing throws", async () => {
    const { browser, token } = await visitor();
    const session = await browser.open();
    const refused = (text: unknown): void => {
      expect(verifyCsrf(session, text)).toBe(false);
    };
    for (let i = 0; i < token.length; i++) {
      refused(token.slice(0, i));
      refused(token.slice(i + 1));
      const other = token[i] === "A" ? "B" : "A";
      refused(token.slice(0, i) + other + token.slice(i + 1));
    }
    for (const it of [undefined, null, 1, {}, [token], { toString: () => token }, token + token]) {
      refused(it);
    }
    refused(`${token}=`);
    // The same bytes, spelt otherwise: the last character has four spare bits.
    const spare = { A: "B", Q: "R", g: "h", w: "x" }[token.at(-1) ?? ""];
    refused(token.slice(0, -1) + spare);
    const other = token.replaceAll("-", "+").replaceAll("_", "/");
    if (other !== token) refused(other);
    refused(`${token} `);
    fc.assert(fc.property(fc.string({ unit: "binary" }), refused));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        refused(Buffer.from(bytes).toString("base64url"));
      }),
    );
  });

  test("assertCsrf answers with a 403 that has its code", async () => {
    const { browser, token } = await visitor();
    const session = await browser.open();
    expect(() => assertCsrf(session, token)).not.toThrow();
    for (const wrong of [undefined, "", `${token}x`]) {
      expect(() => assertCsrf(session, wrong)).toThrow(CsrfError);
    }
    expect(new CsrfError()).toMatchObject({ code: "csrf", status: 403, statusCode: 403 });
  });
});

test("G15 the token shows nothing of what the store keeps, and the store nothing of the token", async () => {
  const it = bench();
  const browser = it.browser();
  const token = await browser.visit(csrfToken);
  const { id } = await browser.open();
  const record = await it.memory.read(id);
  const { lineage } = JSON.parse(record?.state ?? "") as { lineage: string };
  const bytes = Buffer.from(token, "base64url");
  const bare = Buffer.from(bytes.subarray(0, 32).map((byte, i) => byte ^ (bytes[32 + i] ?? 0)));
  for (const text of [token, bytes.toString("latin1"), bare.toString("base64url")]) {
    for (const secret of [lineage, browser.token?.slice(23) ?? ""]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret, "base64url").toString("latin1"));
    }
  }
});

test("two managers on one store: a token of the one is not one of the other, whatever the ids", async () => {
  const it = bench();
  const [shop, admin] = [it.sessions, bench({ cookie: { name: "__Host-admin" } }).sessions];
  const headers = { headers: {} };
  const [one, two] = [await shop.open(headers), await admin.open(headers)];
  const token = csrfToken(one);
  // Both benches draw the same bytes: the same id, and the same lineage.
  expect(one.id).toBe(two.id);
  expect([verifyCsrf(one, token), verifyCsrf(two, token)]).toEqual([true, false]);
});

test("after the headers have left a session that is not stored cannot be started", async () => {
  const { sessions, browser } = bench();
  const channel = { headersLeft: true, ended: false, deliver: () => {} };
  const fresh = await sessions.open({ headers: {} }, undefined, channel);
  expect(() => csrfToken(fresh)).toThrow(SessionTooLateError);
  const known = browser();
  await known.visit((session) => session.set("a", 1));
  const cookie = `__Host-id=${known.token}`;
  const stored = await sessions.open({ headers: { cookie } }, undefined, channel);
  expect(csrfToken(stored)).toHaveLength(86);
});

test("G10 a request that is served as nobody gets its page, and no session", async () => {
  const it = bench({ onStoreError: "anonymous" });
  const browser = it.browser();
  await browser.visit((session) => session.set("a", 1));
  const { read } = it.memory;
  it.memory.read = () => {
    throw new Error("connection refused");
  };
  const cookie = browser.token;
  // The bench's store has bound its methods already: another manager over the broken one.
  const { createSessions } = await import("../session/manager.ts");
  const sessions = createSessions({ storage: it.memory as never, onStoreError: "anonymous" });
  const session = await sessions.open({ headers: { cookie: `__Host-id=${cookie}` } });
  expect(csrfToken(session)).toHaveLength(86);
  expect((await sessions.commit(session)).filter(([name]) => name === "set-cookie")).toEqual([]);
  expect(() => assertCsrf(session, "x")).toThrow(SessionStoreError);
  it.memory.read = read;
});

test("the MACs are compared whole, in constant time", async () => {
  const session = await bench().sessions.open({ headers: {} });
  const token = csrfToken(session);
  const compared = vi.mocked(timingSafeEqual);
  compared.mockClear();
  expect(verifyCsrf(session, token)).toBe(true);
  expect(verifyCsrf(session, `B${token.slice(1)}`)).toBe(false);
  expect(compared.mock.calls.map((bytes) => bytes.map((it) => it.byteLength))).toEqual([
    [32, 32],
    [32, 32],
  ]);
});
