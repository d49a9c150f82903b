import { memoryStore } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { describe, expect, test } from "vitest";
import { ISSUER } from "../testing/fake-issuer.ts";
import { Browser, cookiesIn, headerIn, loginBench } from "../testing/login-bench.ts";

const HOUR = 3_600_000;

test("a login ends in a session of the provider's user", async () => {
  const bench = await loginBench();
  const browser = new Browser();
  const answer = await bench.login(browser, "/auth/login?returnTo=%2Fcart");
  expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/cart"]);
  const session = await bench.session(browser);
  expect(session.userId).toBe("https://id.example.com|ann");
  expect(await bench.oidc.identity(session)).toEqual({
    issuer: "https://id.example.com",
    subject: "ann",
    sid: "s1",
  });
  expect(await bench.oidc.accessToken(session)).toBe("secret-access-1");
  expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
  expect(cookiesIn(answer).length).toBe(2);
});

describe("the session of a login", () => {
  test("ASVS 6.8.1, is of issuer and subject together", async () => {
    const bench = await loginBench({ oidc: { userId: undefined as never } });
    const browser = new Browser();
    await bench.login(browser);
    expect((await bench.session(browser)).userId).toBe("https://id.example.com|ann");
  });

  test("knows when and how the user authenticated", async () => {
    const bench = await loginBench();
    const at = Math.floor(bench.clock() / 1000) - 600;
    bench.issuer.tricks.claims = (it) => ({
      ...it,
      auth_time: at,
      amr: ["pwd", "otp"],
      acr: "2fa",
    });
    const browser = new Browser();
    await bench.login(browser);
    const { authenticatedAt, amr, acr } = await bench.session(browser);
    expect([authenticatedAt, amr, acr]).toEqual([at * 1000, ["pwd", "otp"], "2fa"]);
  });

  test.each([
    ["amr is a text", { amr: "pwd" }],
    ["amr holds a number", { amr: [1] }],
    ["acr is a number", { acr: 2 }],
    ["auth_time is of the future", { auth_time: 9_999_999_999 }],
  ])("begins also where %s, without what it says", async (_, odd) => {
    const bench = await loginBench();
    bench.issuer.tricks.claims = (it) => ({ ...it, ...odd });
    const browser = new Browser();
    expect((await bench.login(browser)).status).toBe(303);
    const { authenticatedAt, amr, acr } = await bench.session(browser);
    expect([amr, acr]).toEqual([[], undefined]);
    expect(authenticatedAt).toBeLessThanOrEqual(bench.clock());
  });

  test("G4 the token known before is worthless, and what was in the cart is there", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const before = await bench.session(browser);
    before.set("cart", ["apple"]);
    browser.keep(await bench.sessions.commit(before));
    const planted = browser.copy();
    await bench.login(browser);
    expect((await bench.session(browser)).get("cart")).toEqual(["apple"]);
    const stale = await bench.session(planted);
    expect([stale.userId, stale.get("cart")]).toEqual([undefined, undefined]);
  });

  test("G4 keep names what survives", async () => {
    const bench = await loginBench({ oidc: { keep: ["cart"] } });
    const browser = new Browser();
    const before = await bench.session(browser);
    before.set("cart", ["apple"]);
    before.set("name", "guest");
    browser.keep(await bench.sessions.commit(before));
    await bench.login(browser);
    expect((await bench.session(browser)).data).toEqual({ cart: ["apple"] });
  });

  test("G4 another user's login ends the session of before, and its tie", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    await bench.login(browser);
    const old = await bench.session(browser);
    bench.issuer.tricks.claims = (it) => ({ ...it, sub: "bob", sid: "s2" });
    await bench.login(browser);
    const session = await bench.session(browser);
    expect(session.userId).toBe("https://id.example.com|bob");
    await new Promise((done) => setImmediate(done));
    expect(await bench.store.read(old.id)).toBeUndefined();
    expect(await bench.sessions.list("https://id.example.com|ann")).toEqual([]);
  });

  test("the same user's second login keeps the session, and has the tokens of the second", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    await bench.login(browser);
    const { id } = await bench.session(browser);
    await bench.login(browser);
    const session = await bench.session(browser);
    expect([session.id, await bench.oidc.accessToken(session)]).toEqual([id, "secret-access-2"]);
  });

  test("onLogin puts the application's data into it", async () => {
    const bench = await loginBench({
      oidc: {
        onLogin(session, { claims, subject }) {
          session.set("name", `${subject} ${claims.sid}`);
        },
      },
    });
    const browser = new Browser();
    await bench.login(browser);
    expect((await bench.session(browser)).get("name")).toBe("ann s1");
  });

  test("an onLogin that throws: nobody is logged in, and the error is the application's", async () => {
    const bench = await loginBench({
      oidc: {
        onLogin() {
          throw new TypeError("a bug");
        },
      },
    });
    const browser = new Browser();
    const params = await bench.begin(browser);
    await expect(bench.finish(browser, params)).rejects.toThrow("a bug");
    expect(await bench.sessions.list("https://id.example.com|ann")).toEqual([]);
  });

  test("the tie lasts as long as the session may", async () => {
    const bench = await loginBench({ sessions: { timeouts: { idle: "1h", absolute: "8h" } } });
    const browser = new Browser();
    await bench.login(browser);
    const { id } = await bench.session(browser);
    expect((await bench.store.read(id))?.expiresAt).toBe(bench.clock() + 8 * HOUR);
  });

  test("ASVS 10.1.1, G15 no token is in the session, nor in what is stored of the tie", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    await bench.login(browser);
    const session = await bench.session(browser);
    const stored = JSON.stringify(await bench.store.read(session.id));
    expect(stored).not.toMatch(/secret-|eyJ/);
    expect(JSON.stringify([session, session.data, bench.events])).not.toMatch(/secret-|eyJ/);
  });

  test("limits.perUser with reject: 409, and nobody is logged in", async () => {
    const bench = await loginBench({ sessions: { limits: { perUser: 1, onLimit: "reject" } } });
    await bench.login(new Browser());
    const browser = new Browser();
    const answer = await bench.login(browser);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([409, "no-store"]);
    expect(browser.cookies.size).toBe(0);
  });
});

test("a session that lives in its cookie gives its tie up at logout", async () => {
  const storage = sealed({ keys: generateKey(), revocation: memoryStore() });
  const bench = await loginBench({ sessions: { storage } });
  const browser = new Browser();
  await bench.login(browser);
  const { id } = await bench.session(browser);
  await bench.ask(browser, "/auth/logout", { method: "POST" });
  await new Promise((done) => setImmediate(done));
  expect(await bench.store.read(id)).toBeUndefined();
  expect(bench.issuer.calls).toContain("/revoke");
});

test("sessions that live in their cookie begin and end in the same way", async () => {
  const revocation = memoryStore();
  const storage = sealed({ keys: generateKey(), revocation });
  const bench = await loginBench({ sessions: { storage, timeouts: { absolute: "8h" } } });
  const browser = new Browser();
  await bench.login(browser);
  const session = await bench.session(browser);
  expect(await bench.oidc.identity(session)).toMatchObject({ subject: "ann" });
  expect((await bench.store.read(session.id))?.expiresAt).toBe(bench.clock() + 8 * HOUR);
  expect(JSON.stringify([...browser.cookies])).not.toMatch(/secret-/);
  const iat = Math.floor(bench.clock() / 1000);
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const claims = { iss: ISSUER, aud: "shop", iat, exp: iat + 60, jti: "1", sub: "ann", events };
  const form = new URLSearchParams({ logout_token: await bench.issuer.sign(claims) });
  await bench.ask(new Browser(), "/auth/backchannel-logout", { method: "POST", form });
  expect((await bench.session(browser)).userId).toBeUndefined();
});

describe("SameSite=Strict", () => {
  test("the way back is a page of this origin, or the first one would show nobody", async () => {
    const bench = await loginBench({ sessions: { cookie: { sameSite: "strict" } } });
    const browser = new Browser();
    const answer = await bench.login(browser, "/auth/login?returnTo=%2Fcart%3Fa%3D1%26b%3D2");
    expect([answer.status, headerIn(answer, "location")]).toEqual([200, undefined]);
    expect(headerIn(answer, "cache-control")).toBe("no-store");
    expect(answer.body).toContain('http-equiv="refresh" content="0;url=/cart?a=1&#38;b=2"');
    expect((await bench.session(browser)).userId).toBeDefined();
  });
});

describe("form_post", () => {
  const options = { oidc: { responseMode: "form_post" as const } };

  async function posted() {
    const bench = await loginBench(options);
    const browser = new Browser();
    const start = await bench.ask(browser, "/auth/login?returnTo=/cart");
    const location = headerIn(start, "location") ?? "";
    const form = bench.issuer.authorize(location);
    const post = (it: URLSearchParams | undefined, from = browser) =>
      bench.ask(from, "/auth/callback", {
        method: "POST",
        headers: { "sec-fetch-site": "cross-site", origin: "https://id.example.com" },
        ...(it && { form: it }),
      });
    return { bench, browser, start, location, form, post };
  }

  test("ASVS 3.3.2, its cookie goes along with a form of another site", async () => {
    const { start, location } = await posted();
    expect(new URL(location).searchParams.get("response_mode")).toBe("form_post");
    expect(cookiesIn(start)[0]).toMatch(/; Secure; SameSite=None$/);
  });

  test("ends in a session by two requests, and no code is in a URL", async () => {
    const { bench, browser, form, post } = await posted();
    const kept = await post(form);
    const location = headerIn(kept, "location") ?? "";
    expect([kept.status, location]).toEqual([303, `/auth/callback?state=${form.get("state")}`]);
    expect(headerIn(kept, "cache-control")).toBe("no-store");
    const answer = await bench.ask(browser, location);
    expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/cart"]);
    expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
  });

  test.each([
    ["no form", () => undefined],
    ["no state", () => new URLSearchParams({ code: "x" })],
  ])("%s is refused", async (_, form) => {
    const { post } = await posted();
    const answer = await post(form());
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([400, "no-store"]);
  });

  test("another browser's form is refused, and leaves nothing", async () => {
    const { form, post } = await posted();
    const victim = new Browser();
    expect((await post(form, victim)).status).toBe(400);
    expect(victim.cookies.size).toBe(0);
  });

  test("a code in the URL is not heeded", async () => {
    const { bench, browser, form } = await posted();
    const answer = await bench.finish(browser, form);
    expect([answer.status, browser.cookies.has("__Host-id")]).toEqual([400, false]);
  });

  test("a form is refused where the answer comes by the URL", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const form = await bench.begin(browser);
    const answer = await bench.ask(browser, "/auth/callback", { method: "POST", form });
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([405, "no-store"]);
  });

  test("an answer that no cookie can hold is refused", async () => {
    const { form, post } = await posted();
    form.set("code", "x".repeat(4096));
    const answer = await post(form);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([400, "no-store"]);
  });
});

test("keys: what was begun under the older one ends under the newer one", async () => {
  const [old, next] = [generateKey(), generateKey()];
  const before = await loginBench({ oidc: { keys: old } });
  const after = await loginBench({
    oidc: { keys: { current: next, older: old }, fetch: before.issuer.fetch },
  });
  const browser = new Browser();
  const params = await before.begin(browser);
  expect((await after.finish(browser, params)).status).toBe(303);
});
