import {
  createSessions,
  type HeaderPair,
  memoryStore,
  type SessionsOptions,
} from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import { createOidc, type OidcOptions } from "@coatcheck/oidc";
import { afterEach, describe, expect, test } from "vitest";
import { fakeIssuer, ISSUER } from "../../packages/oidc/src/testing/fake-issuer.ts";
import { Browser } from "../../packages/oidc/src/testing/login-bench.ts";
import { apps, type Data, type Mounting } from "./apps.ts";

const MOUNTINGS: readonly Mounting[] = [
  { place: "before", lazy: false },
  { place: "after", lazy: false },
  { place: "after", lazy: true },
];
const ANN = `${ISSUER}|ann`;
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(apps.flatMap((app) => MOUNTINGS.map((mounting) => ({ app, ...mounting }))))(
  "$app.name, $place the session plugin, lazy: $lazy",
  ({ app, place, lazy }) => {
    async function serve(
      given: Partial<OidcOptions<Data>> = {},
      options: SessionsOptions<Data> = {},
    ) {
      const issuer = await fakeIssuer(Date.now);
      const sessions = createSessions<Data>(options);
      const oidc = createOidc<Data>({
        sessions,
        store: memoryStore(),
        keys: generateKey(),
        issuer: ISSUER,
        clientId: "shop",
        baseUrl: "https://shop.example.com",
        fetch: issuer.fetch,
        ...given,
      });
      const { port, close } = await app.start(sessions, oidc, { place, lazy });
      cleanups.push(close);
      const ask = async (browser: Browser, path: string, init: RequestInit = {}) => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, {
          redirect: "manual",
          ...init,
          headers: { cookie: browser.cookie, ...(init.headers as Record<string, string>) },
        });
        const cookies = response.headers.getSetCookie();
        browser.keep(cookies.map((line): HeaderPair => ["set-cookie", line]));
        const { status, headers } = response;
        const header = (name: string) => headers.get(name);
        return { status, header, cookies, body: await response.text() };
      };
      const post = (browser: Browser, path: string, form = {}, headers = {}) =>
        ask(browser, path, { method: "POST", body: new URLSearchParams(form), headers });
      const begin = async (browser: Browser) => {
        const { header } = await ask(browser, oidc.loginUrl("/me"));
        return issuer.authorize(header("location") ?? "");
      };
      const login = async (browser: Browser) =>
        ask(browser, `/auth/callback?${await begin(browser)}`);
      const me = async (browser: Browser) => (await ask(browser, "/me")).body;
      return { issuer, sessions, oidc, ask, post, begin, login, me };
    }

    test("logs in, and the session's cookie is told once", async () => {
      const { login, me } = await serve();
      const browser = new Browser();
      expect(await me(browser)).toBe("nobody");
      const { status, header, cookies } = await login(browser);
      expect([status, header("location"), header("cache-control")]).toEqual([
        303,
        "/me",
        "no-store",
      ]);
      expect(cookies.filter((line) => line.startsWith("__Host-id="))).toHaveLength(1);
      expect(cookies).toHaveLength(2);
      expect(await me(browser)).toBe(ANN);
    });

    test("logs in who has a session, and in place of another user", async () => {
      const { issuer, sessions, login, me } = await serve();
      const browser = new Browser();
      await login(browser);
      issuer.tricks.claims = (it) => ({ ...it, sub: "bob", sid: "s2" });
      const { cookies } = await login(browser);
      expect(cookies.filter((line) => line.startsWith("__Host-id="))).toHaveLength(1);
      expect(await me(browser)).toBe(`${ISSUER}|bob`);
      expect(await sessions.list(ANN)).toEqual([]);
    });

    test("logs out", async () => {
      const { login, post, me } = await serve();
      const browser = new Browser();
      await login(browser);
      const before = browser.copy();
      const { status, header } = await post(browser, "/auth/logout");
      expect(status).toBe(303);
      expect(header("location")).toMatch(/^https:\/\/id\.example\.com\/end\?/);
      expect(browser.cookies.has("__Host-id")).toBe(false);
      expect(await me(before)).toBe("nobody");
    });

    test("G17 another site's form logs nobody out", async () => {
      const { login, post, me } = await serve();
      const browser = new Browser();
      await login(browser);
      const headers = { "sec-fetch-site": "cross-site" };
      expect((await post(browser, "/auth/logout", {}, headers)).status).toBe(403);
      expect(await me(browser)).toBe(ANN);
    });

    test("the provider's logout token ends the session", async () => {
      const { issuer, login, post, me } = await serve();
      const browser = new Browser();
      await login(browser);
      const iat = Math.floor(Date.now() / 1000);
      const token = await issuer.sign({
        ...{ iss: ISSUER, aud: "shop", iat, exp: iat + 60, jti: "1", sub: "ann" },
        events: { [EVENT]: {} },
      });
      const form = { logout_token: token, extra: "1" };
      const { status, header } = await post(new Browser(), "/auth/backchannel-logout", form);
      expect([status, header("cache-control")]).toEqual([200, "no-store"]);
      expect(await me(browser)).toBe("nobody");
    });

    test("what is no form there is refused, and what is too long", async () => {
      const { ask, post } = await serve();
      const path = "/auth/backchannel-logout";
      const json = await ask(new Browser(), path, {
        method: "POST",
        body: JSON.stringify({ logout_token: "x" }),
        headers: { "content-type": "application/json" },
      });
      const long = await post(new Browser(), path, { logout_token: "x".repeat(16 * 1024) });
      const none = await ask(new Browser(), path, { method: "POST" });
      for (const { status, header } of [json, long, none]) {
        expect([status, header("cache-control")]).toEqual([400, "no-store"]);
      }
    });

    test("form_post ends in a session", async () => {
      const { begin, post, ask, me } = await serve({ responseMode: "form_post" });
      const browser = new Browser();
      const form = Object.fromEntries(await begin(browser));
      const headers = { "sec-fetch-site": "cross-site", origin: ISSUER };
      // A form of another site takes no SameSite=Lax cookie along.
      const foreign = browser.copy();
      foreign.cookies.delete("__Host-id");
      const kept = await post(foreign, "/auth/callback", form, headers);
      expect([kept.status, kept.cookies.length]).toEqual([303, 1]);
      browser.keep(kept.cookies.map((line): HeaderPair => ["set-cookie", line]));
      const answer = await ask(browser, kept.header("location") ?? "");
      expect([answer.status, answer.header("location")]).toEqual([303, "/me"]);
      expect(await me(browser)).toBe(ANN);
    });

    test("a refusal is a page that no cache keeps", async () => {
      const { ask } = await serve();
      const { status, header, body } = await ask(new Browser(), "/auth/callback?code=x&state=y");
      expect([status, header("cache-control")]).toEqual([400, "no-store"]);
      expect(header("content-type")).toMatch(/^text\/html\b/);
      expect(body).toContain("transaction-missing");
    });

    test("other methods and addresses", async () => {
      const { ask } = await serve();
      const { status, header } = await ask(new Browser(), "/auth/logout");
      expect([status, header("allow"), header("cache-control")]).toEqual([405, "POST", "no-store"]);
      expect([403, 404]).toContain((await ask(new Browser(), "/auth/other")).status);
    });

    test("G6 a login that fails half way leaves nobody logged in", async () => {
      const { sessions, login, me } = await serve({
        onLogin(session) {
          session.set("visits", 1);
          throw Object.assign(new Error("a bug"), { status: 500 });
        },
      });
      const browser = new Browser();
      expect((await login(browser)).status).toBe(500);
      expect(await sessions.list(ANN)).toEqual([]);
      expect(await me(browser)).toBe("nobody");
    });
  },
);
