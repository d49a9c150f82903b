import { describe, expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import { Browser, cookiesIn, headerIn, loginBench } from "../testing/login-bench.ts";

const CROSS = { "sec-fetch-site": "cross-site" };

async function started(options: Parameters<typeof loginBench>[0] = {}, url = "/auth/login") {
  const bench = await loginBench(options);
  const browser = new Browser();
  const answer = await bench.ask(browser, url);
  return { bench, browser, answer, params: paramsIn(answer) };
}

function paramsIn(answer: Answer): Record<string, string> {
  return Object.fromEntries(new URL(headerIn(answer, "location") ?? "").searchParams);
}

describe("a login begins", () => {
  test("ASVS 10.2.1, 10.2.3, with PKCE, state and nonce, and asks for no more than who it is", async () => {
    const { answer, params } = await started();
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([303, "no-store"]);
    expect(headerIn(answer, "location")).toMatch(/^https:\/\/id\.example\.com\/authorize\?/);
    const secret = expect.stringMatching(/^[\w-]{43}$/);
    expect(params).toEqual({
      client_id: "shop",
      response_type: "code",
      redirect_uri: "https://shop.example.com/auth/callback",
      scope: "openid",
      state: secret,
      nonce: secret,
      code_challenge: secret,
      code_challenge_method: "S256",
    });
  });

  test("with a cookie for this host, this errand and ten minutes", async () => {
    const { answer } = await started();
    const [line, ...others] = cookiesIn(answer);
    expect(others).toEqual([]);
    expect(line).toMatch(
      /^__Host-oidc-login-[0-9a-f]{6}-[0-9a-f]{10}=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  test("and no two have anything in common", async () => {
    const { bench, params } = await started();
    const other = paramsIn(await bench.ask(new Browser(), "/auth/login"));
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(other[name]).not.toBe(params[name]);
    }
  });

  test("without a look at the sessions, and no session begins", async () => {
    const { bench, browser } = await started();
    expect((await bench.session(browser)).isNew).toBe(true);
    expect([...browser.cookies.keys()].filter((name) => name === "__Host-id")).toEqual([]);
  });

  test("with what is required of the authentication", async () => {
    const oidc = { maxAuthAge: "1h", requireAcr: ["2fa", "phr"], scope: "openid email" } as const;
    const { params } = await started({ oidc });
    expect(params).toMatchObject({ max_age: "3600", acr_values: "2fa phr", scope: "openid email" });
  });

  test("with the application's own parameters, beside those of the login", async () => {
    const parameters = { audience: "https://api.example.com", prompt: "select_account" };
    const { params } = await started({ oidc: { parameters } });
    expect(params).toMatchObject({ ...parameters, client_id: "shop", scope: "openid" });
    const stale = await started({ oidc: { parameters } }, "/auth/login?reason=stale-login");
    expect(stale.params).toMatchObject({ audience: parameters.audience, prompt: "login" });
    const pushed = await started({ oidc: { parameters, par: "always" } });
    expect(pushed.bench.issuer.pushed.get("urn:par:0")?.get("audience")).toBe(parameters.audience);
  });

  test("for a guard to which a login is too old: the provider has to ask anew", async () => {
    const { params } = await started({}, "/auth/login?reason=stale-login");
    expect(params).toMatchObject({ max_age: "0", prompt: "login" });
  });

  test("and is refused if the provider has not asked anew then", async () => {
    const bench = await loginBench();
    bench.issuer.tricks.claims = (it) => ({ ...it, auth_time: (it.iat ?? 0) - 120 });
    const answer = await bench.login(new Browser(), "/auth/login?reason=stale-login");
    expect([answer.status, answer.body.includes("auth-too-old")]).toEqual([403, true]);
  });

  test("by pushed parameters where the provider demands it, or always", async () => {
    const bench = await loginBench();
    bench.issuer.tricks.metadata = { require_pushed_authorization_requests: true };
    const params = paramsIn(await bench.ask(new Browser(), "/auth/login"));
    expect(params).toEqual({ client_id: "shop", request_uri: "urn:par:0" });
    expect(bench.issuer.pushed.get("urn:par:0")?.get("code_challenge_method")).toBe("S256");
    const always = await started({ oidc: { par: "always" } });
    expect(always.params.request_uri).toBe("urn:par:0");
  });

  test("by a form of another site's too, where those may begin one (OpenID Connect Registration section 2)", async () => {
    const bench = await loginBench({ oidc: { thirdPartyInitiated: true } });
    const ask = (fields: Record<string, string>) =>
      bench.ask(new Browser(), "/auth/login", {
        method: "POST",
        headers: CROSS,
        form: new URLSearchParams(fields),
      });
    const good = await ask({ iss: "https://id.example.com", login_hint: "ann" });
    expect([good.status, headerIn(good, "cache-control")]).toEqual([303, "no-store"]);
    expect(paramsIn(good)).toMatchObject({ login_hint: "ann", code_challenge_method: "S256" });
    expect((await ask({ iss: "https://evil.example" })).status).toBe(400);
    const none = await bench.ask(new Browser(), "/auth/login", { method: "POST", headers: CROSS });
    expect(none.status).toBe(400);
  });

  test("by GET alone", async () => {
    const { bench, browser } = await started();
    for (const method of ["POST", "HEAD"]) {
      const answer = await bench.ask(browser, "/auth/login", { method });
      expect([answer.status, headerIn(answer, "allow")]).toEqual([405, "GET"]);
      expect(headerIn(answer, "cache-control")).toBe("no-store");
    }
  });
});

describe("where a login leads", () => {
  test.each([
    ["/cart?item=1#top", "/cart?item=1#top"],
    ["https://evil.example", "/home"],
    ["//evil.example", "/home"],
    ["/\\evil.example", "/home"],
    ["\\\\evil.example", "/home"],
    ["/%5Cevil.example", "/home"],
    ["/%2f/evil.example", "/home"],
    ["/\t/evil.example", "/home"],
    ["/.//evil.example", "/home"],
    ["/ok\r\nset-cookie: a=b", "/home"],
    ["/ok%0d%0aset-cookie:a=b", "/home"],
    ["javascript:alert(1)", "/home"],
    ["cart", "/home"],
    ["", "/home"],
    [`/${"a".repeat(1024)}`, "/home"],
  ])("9700 section 2.1: %j leads to %s", async (returnTo, expected) => {
    const bench = await loginBench({ oidc: { afterLogin: "/home" } });
    const answer = await bench.login(new Browser(), bench.oidc.loginUrl(returnTo));
    expect([answer.status, headerIn(answer, "location")]).toEqual([303, expected]);
  });

  test("loginUrl names the way back", async () => {
    const { oidc } = await loginBench({ oidc: { path: "/a/b" } });
    expect([oidc.loginUrl(), oidc.loginUrl("/cart?x=1")]).toEqual([
      "/a/b/login",
      "/a/b/login?returnTo=%2Fcart%3Fx%3D1",
    ]);
  });
});

describe("no session without the user's own act", () => {
  test.each([
    ["sec-purpose", "prefetch"],
    ["sec-purpose", "prefetch;prerender"],
    ["purpose", "prefetch"],
  ])("ASVS 7.6.2, none by a browser that asks ahead (%s: %s)", async (name, value) => {
    const bench = await loginBench();
    const browser = new Browser();
    const answer = await bench.ask(browser, "/auth/login", { headers: { [name]: value } });
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([503, "no-store"]);
    expect(headerIn(answer, "location")).toBeUndefined();
    expect(browser.cookies.size).toBe(0);
  });

  test("ASVS 7.6.2, another site's page gets a link in place of a login", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const url = "/auth/login?returnTo=%2Fcart%3Fa%26b";
    const answer = await bench.ask(browser, url, { headers: CROSS });
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([403, "no-store"]);
    expect(answer.body).toContain('<a href="/auth/login?returnTo=%2Fcart%3Fa%26b">');
    expect(browser.cookies.size).toBe(0);
    expect(bench.events).toEqual([["login-refused", { code: "cross-site", detail: undefined }]]);
  });

  test("what it adds to the address does not get onto the page", async () => {
    const bench = await loginBench();
    const url = `/auth/login?${new URLSearchParams({ returnTo: '"><script>', reason: '"><script>' })}`;
    const { body } = await bench.ask(new Browser(), url, { headers: CROSS });
    expect(body).not.toContain("<script>");
  });

  test.each(["none", "same-origin", "same-site"])("Sec-Fetch-Site: %s begins one", async (site) => {
    const bench = await loginBench();
    const headers = { "sec-fetch-site": site };
    expect((await bench.ask(new Browser(), "/auth/login", { headers })).status).toBe(303);
  });

  test("ASVS 7.6.2, a silent login is off", async () => {
    const { answer } = await started({ oidc: { silent: false } }, "/auth/login?silent=0");
    expect(answer.status).toBe(303);
    const bench = await loginBench();
    const refused = await bench.ask(new Browser(), "/auth/login?silent=1");
    expect([refused.status, headerIn(refused, "cache-control")]).toEqual([403, "no-store"]);
  });

  test.each(["login_required", "interaction_required", "consent_required"])(
    "a silent login that is on comes back without a session: %s",
    async (error) => {
      const bench = await loginBench({ oidc: { silent: true } });
      const browser = new Browser();
      const params = await bench.begin(browser, "/auth/login?silent=1&returnTo=/cart");
      params.delete("code");
      params.set("error", error);
      const answer = await bench.finish(browser, params);
      expect([answer.status, headerIn(answer, "location")]).toEqual([303, "/cart"]);
      expect(browser.cookies.size).toBe(0);
    },
  );

  test("a silent login asks the provider to show nothing", async () => {
    const { params } = await started({ oidc: { silent: true } }, "/auth/login?silent=1");
    expect(params.prompt).toBe("none");
  });

  test("third parties begin a login where that is on, at this provider, and lead to this application", async () => {
    const bench = await loginBench({ oidc: { thirdPartyInitiated: true } });
    const begin = (more: Record<string, string>) =>
      bench.ask(new Browser(), `/auth/login?${new URLSearchParams(more)}`, { headers: CROSS });
    const iss = "https://id.example.com";
    const good = await begin({ iss, login_hint: "ann" });
    expect(paramsIn(good).login_hint).toBe("ann");
    expect((await begin({ iss: "https://evil.example" })).status).toBe(400);
    for (const [target, expected] of [
      ["https://shop.example.com/offers?x=1", "/offers?x=1"],
      ["https://evil.example/offers", "/"],
      ["//evil.example", "/"],
    ] as const) {
      const browser = new Browser();
      const url = `/auth/login?${new URLSearchParams({ iss, target_link_uri: target })}`;
      const answer = await bench.login(browser, url);
      expect(headerIn(answer, "location")).toBe(expected);
    }
  });

  test("a hint is not passed on where third parties begin nothing", async () => {
    const { params } = await started({}, "/auth/login?login_hint=ann");
    expect(params.login_hint).toBeUndefined();
  });
});

describe("a provider that is down", () => {
  const down = { answer: () => new Response("oh", { status: 502 }) };

  test("503 with Retry-After; and once it is back, a login", async () => {
    const bench = await loginBench();
    Object.assign(bench.issuer.tricks, down);
    const answer = await bench.ask(new Browser(), "/auth/login");
    expect([answer.status, headerIn(answer, "retry-after")]).toEqual([503, "5"]);
    expect(headerIn(answer, "cache-control")).toBe("no-store");
    delete bench.issuer.tricks.answer;
    expect((await bench.login(new Browser())).status).toBe(303);
  });

  test("sessions of before live on", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    await bench.login(browser);
    Object.assign(bench.issuer.tricks, down);
    const session = await bench.session(browser);
    expect(session.userId).toBeDefined();
    expect(await bench.oidc.identity(session)).toMatchObject({ subject: "ann" });
  });

  test.each([
    ["another issuer", "https://evil.example"],
    ["a slash more", "https://id.example.com/"],
    ["no issuer", undefined],
  ])("ASVS 10.5.3, metadata of %s are none of this provider's", async (_, issuer) => {
    const bench = await loginBench();
    bench.issuer.tricks.metadata = { issuer };
    const answer = await bench.ask(new Browser(), "/auth/login");
    expect([answer.status, headerIn(answer, "location")]).toEqual([503, undefined]);
  });

  test("an address that is not https is not used", async () => {
    const bench = await loginBench();
    bench.issuer.tricks.metadata = { authorization_endpoint: "http://id.example.com/authorize" };
    const answer = await bench.ask(new Browser(), "/auth/login");
    expect([answer.status, headerIn(answer, "location")]).toEqual([503, undefined]);
  });

  test("it is asked for its metadata once, however many come", async () => {
    const bench = await loginBench();
    await Promise.all([1, 2, 3].map(() => bench.ask(new Browser(), "/auth/login")));
    expect(bench.issuer.calls).toEqual(["/.well-known/openid-configuration"]);
  });
});
