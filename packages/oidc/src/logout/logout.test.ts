import { memoryStore } from "@coatcheck/core";
import { rememberMe } from "@coatcheck/core/remember";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { cookie, query } from "@coatcheck/core/transports";
import { describe, expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import { ISSUER } from "../testing/fake-issuer.ts";
import { Browser, headerIn, loginBench } from "../testing/login-bench.ts";

const SAME = { "sec-fetch-site": "same-origin" };
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

async function signedIn(options: Parameters<typeof loginBench>[0] = {}) {
  const bench = await loginBench(options);
  const browser = new Browser();
  await bench.login(browser);
  const before = browser.copy();
  const logout = () => bench.ask(browser, "/auth/logout", { method: "POST", headers: SAME });
  return { bench, browser, before, logout };
}

const HOUR = 3_600_000;
const settled = () => new Promise((done) => setImmediate(done));

function target(answer: Answer): URL {
  return new URL(headerIn(answer, "location") ?? "", "https://shop.example.com");
}

describe("signing out", () => {
  test("over and over at a provider that sends nobody back does not make requests longer and longer", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const kept = () => [...browser.cookies.keys()].filter((name) => name.includes("-logout-"));
    let last = "";
    for (let i = 0; i < 6; i++) {
      await bench.login(browser);
      const answer = await bench.ask(browser, "/auth/logout", { method: "POST", headers: SAME });
      last = target(answer).searchParams.get("state") ?? "";
      bench.pass(1);
    }
    expect(kept()).toHaveLength(4);
    expect((await bench.ask(browser, `/auth/logged-out?state=${last}`)).status).toBe(303);
  });

  test("ends the session here, then sends the user to the provider", async () => {
    const { bench, browser, before, logout } = await signedIn();
    const answer = await logout();
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([303, "no-store"]);
    const { origin, pathname, searchParams } = target(answer);
    expect(origin + pathname).toBe(`${ISSUER}/end`);
    expect(Object.fromEntries(searchParams)).toEqual({
      id_token_hint: expect.stringMatching(/^ey/),
      client_id: "shop",
      post_logout_redirect_uri: "https://shop.example.com/auth/logged-out",
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect((await bench.session(before)).userId).toBeUndefined();
    expect(browser.cookies.has("__Host-id")).toBe(false);
  });

  test("the refresh token is revoked, and the tie is gone", async () => {
    const { bench, before, logout } = await signedIn();
    const { id } = await bench.session(before);
    await logout();
    await settled();
    expect(bench.issuer.calls.filter((path) => path === "/revoke")).toHaveLength(1);
    expect(await bench.store.read(id)).toBeUndefined();
  });

  test("a session that ends elsewhere gives its refresh token back as well", async () => {
    const { bench, browser } = await signedIn();
    const { id } = await bench.session(browser);
    await bench.sessions.revoke(id);
    await settled();
    expect(bench.issuer.calls).toContain("/revoke");
    expect(await bench.store.read(id)).toBeUndefined();
  });

  test("back from the provider the browser goes on to afterLogout, once", async () => {
    const { bench, browser, logout } = await signedIn({ oidc: { afterLogout: "/bye" } });
    const state = target(await logout()).searchParams.get("state");
    const returned = await bench.ask(browser, `/auth/logged-out?state=${state}`);
    expect([returned.status, headerIn(returned, "location")]).toEqual([303, "/bye"]);
    const again = await bench.ask(browser, `/auth/logged-out?state=${state}`);
    expect([again.status, headerIn(again, "cache-control")]).toEqual([400, "no-store"]);
  });

  test.each([
    ["no state", ""],
    ["another state", "?state=x"],
    ["two states", "?state=x&state=y"],
  ])("a return with %s is refused", async (_, query) => {
    const { bench, browser, logout } = await signedIn();
    await logout();
    const answer = await bench.ask(browser, `/auth/logged-out${query}`);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([400, "no-store"]);
    expect(answer.body).toContain("state-mismatch");
  });

  test("a provider without a logout: to afterLogout", async () => {
    const bench = await loginBench({ oidc: { afterLogout: "/bye" } });
    bench.issuer.tricks.metadata = { end_session_endpoint: undefined };
    const browser = new Browser();
    await bench.login(browser);
    const before = browser.copy();
    const answer = await bench.ask(browser, "/auth/logout", { method: "POST", headers: SAME });
    expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/bye"]);
    expect((await bench.session(before)).userId).toBeUndefined();
  });

  test("a provider that is down: the user is out here all the same", async () => {
    const { bench } = await signedIn();
    // Another process, which has never reached the provider.
    const other = await loginBench({
      oidc: { store: bench.store, sessions: bench.sessions, afterLogout: "/bye" },
    });
    other.issuer.tricks.answer = () => new Response("oh", { status: 502 });
    const browser = new Browser();
    await bench.login(browser);
    const before = browser.copy();
    const answer = await other.ask(browser, "/auth/logout", { method: "POST", headers: SAME });
    expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/bye"]);
    expect((await bench.session(before)).userId).toBeUndefined();
    expect(other.events).toContainEqual([
      "provider-failed",
      expect.objectContaining({ operation: "logout" }),
    ]);
  });

  test("a store of connections that is down: the user is out here all the same", async () => {
    const { bench, before, logout } = await signedIn({ oidc: { afterLogout: "/bye" } });
    bench.store.read = () => {
      throw new Error("down");
    };
    const answer = await logout();
    expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/bye"]);
    expect((await bench.session(before)).userId).toBeUndefined();
  });

  test("who is not signed in goes to afterLogout, and leaves nothing", async () => {
    const { bench } = await signedIn({ oidc: { afterLogout: "/bye" } });
    const answer = await bench.ask(new Browser(), "/auth/logout", { method: "POST" });
    expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/bye"]);
  });

  test("ASVS 3.5.3, a GET signs nobody out", async () => {
    const { bench, browser } = await signedIn();
    for (const method of ["GET", "HEAD", "PUT"]) {
      const answer = await bench.ask(browser, "/auth/logout", { method });
      expect([answer.status, headerIn(answer, "allow")]).toEqual([405, "POST"]);
      expect(headerIn(answer, "cache-control")).toBe("no-store");
    }
    expect((await bench.session(browser)).userId).toBeDefined();
  });

  test("G17 another origin's form signs nobody out", async () => {
    const { bench, browser } = await signedIn();
    const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    const answer = await bench.ask(browser, "/auth/logout", { method: "POST", headers });
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([403, "no-store"]);
    expect((await bench.session(browser)).userId).toBeDefined();
  });
});

describe("the provider signs out", () => {
  async function tell(bench: Awaited<ReturnType<typeof loginBench>>, claims: object = {}) {
    const iat = Math.floor(bench.clock() / 1000);
    const token = await bench.issuer.sign(
      {
        iss: ISSUER,
        aud: "shop",
        iat,
        exp: iat + 120,
        jti: "j1",
        sub: "ann",
        sid: "s1",
        events: { [EVENT]: {} },
        ...claims,
      },
      { typ: "logout+jwt" },
    );
    const form = new URLSearchParams({ logout_token: token });
    return bench.ask(new Browser(), "/auth/backchannel-logout", { method: "POST", form });
  }

  test("ASVS 7.6.1, by the back-channel: its session is over at once", async () => {
    const { bench, browser } = await signedIn();
    const answer = await tell(bench);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([200, "no-store"]);
    expect((await bench.session(browser)).userId).toBeUndefined();
  });

  test.each([
    ["in a store", undefined],
    ["sealed", sealed({ keys: generateKey(), revocation: memoryStore() })],
  ])("a session %s that a login of the application's own has made longer", async (_, storage) => {
    const { bench, browser } = await signedIn({
      sessions: { ...(storage && { storage }), timeouts: { idle: "12h", absolute: "12h" } },
    });
    bench.pass(11 * HOUR);
    const session = await bench.session(browser);
    session.login(session.userId ?? "");
    browser.keep(await bench.sessions.commit(session));
    await settled();
    bench.pass(11 * HOUR);
    expect((await bench.session(browser)).userId).toBeDefined();
    expect(await bench.oidc.identity(await bench.session(browser))).toMatchObject({ sid: "s1" });
    expect((await tell(bench)).status).toBe(200);
    expect((await bench.session(browser)).userId).toBeUndefined();
  });

  test("a session that a remember-me token has opened again", async () => {
    const bench = await loginBench({
      sessions: { remember: rememberMe({ store: memoryStore() }) },
      oidc: { onLogin: (session) => session.login(session.userId ?? "", { remember: true }) },
    });
    const browser = new Browser();
    await bench.login(browser);
    bench.pass(24 * HOUR);
    const session = await bench.session(browser);
    browser.keep(await bench.sessions.commit(session));
    expect(session.resumed).toBe(true);
    expect((await tell(bench)).status).toBe(200);
    expect((await bench.session(browser)).userId).toBeUndefined();
  });

  test("a session that another host of the application was handed off to, which has no tokens of its own", async () => {
    const desk = "https://desk.example.com";
    const { bench, browser } = await signedIn({
      sessions: { transport: [cookie(), query("ticket", { to: [desk] })] },
    });
    const handOff = async () => {
      const url = await bench.sessions.handOff(await bench.session(browser), `${desk}/`);
      const { host, pathname, search } = new URL(url);
      const headers = { host, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
      const there = await bench.sessions.open(
        { method: "GET", url: pathname + search, headers },
        { secure: () => true },
      );
      const other = new Browser();
      other.keep(await bench.sessions.commit(there));
      await settled();
      return other;
    };
    const other = await handOff();
    const session = await bench.session(other);
    expect(session.userId).toBeDefined();
    expect(await bench.oidc.identity(session)).toMatchObject({ sid: "s1" });
    // A refresh token in two places would be used twice, and the provider would take that for theft.
    await expect(bench.oidc.accessToken(session)).rejects.toMatchObject({ code: "no-token" });
    expect((await tell(bench)).status).toBe(200);
    expect((await bench.session(other)).userId).toBeUndefined();
    expect((await bench.session(browser)).userId).toBeUndefined();
  });

  test("while the login is under way: 403, nobody is logged in, no session is left", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const params = await bench.begin(browser);
    bench.issuer.tricks.answer = async (path) => {
      if (path === "/token") await tell(bench);
      return undefined as never;
    };
    const answer = await bench.finish(browser, params);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([403, "no-store"]);
    expect(answer.body).toContain("signed-out");
    expect(browser.cookies.size).toBe(0);
    expect(await bench.sessions.list(`${ISSUER}|ann`)).toEqual([]);
  });

  test("after a login had begun: it is refused, with an ID token of after the logout too", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const params = await bench.begin(browser);
    expect((await tell(bench, { sid: undefined })).status).toBe(200);
    bench.pass(5_000);
    expect((await bench.finish(browser, params)).status).toBe(403);
    expect(browser.cookies.size).toBe(0);
    bench.issuer.tricks.claims = (it) => ({ ...it, sid: "s2" });
    expect((await bench.login(browser)).status).toBe(303);
  });

  test("by GET it does not", async () => {
    const { bench, browser } = await signedIn();
    const answer = await bench.ask(browser, "/auth/backchannel-logout");
    expect([answer.status, headerIn(answer, "allow")]).toEqual([405, "POST"]);
  });

  test("by the front-channel only where that is on", async () => {
    const url = `/auth/frontchannel-logout?${new URLSearchParams({ iss: ISSUER, sid: "s1" })}`;
    const off = await signedIn();
    expect((await off.bench.ask(new Browser(), url)).status).toBe(403);
    expect((await off.bench.session(off.browser)).userId).toBeDefined();
    const on = await signedIn({ oidc: { frontchannelLogout: true } });
    expect((await on.bench.ask(new Browser(), url)).status).toBe(200);
    expect((await on.bench.session(on.browser)).userId).toBeUndefined();
  });
});
