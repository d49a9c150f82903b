import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestProvider } from "./provider/provider.ts";
import { frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { me, signIn } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

let world: World;
let strict: TestProvider;
beforeAll(async () => {
  world = await World.start();
  strict = await world.addProvider({ requirePar: true });
});
afterEach(() => world.leave());
afterAll(() => world.end());

describe.each(frameworks)("$name", (framework) => {
  test("form_post: the answer comes in a form of another site, and still ends in the session of before", async () => {
    await world.app(framework, { oidc: { responseMode: "form_post" } });
    const browser = world.browser();
    await browser.type(`${origin}/note?text=before`);
    const page = await signIn(browser);
    expect(page.url.pathname).toBe("/me");
    expect(browser.trail).toContain(`POST ${origin}/auth/callback`);
    // No code in an address, where histories and logs have it.
    expect(browser.trail.some((it) => it.includes("code="))).toBe(false);
    expect(await me(browser)).toMatchObject({
      userId: expect.any(String),
      data: { notes: ["before"] },
    });
  });

  test("form_post: an answer in another browser, and one that comes twice, are refused", async () => {
    await world.app(framework, { oidc: { responseMode: "form_post" } });
    const browser = world.browser();
    await signIn(browser);
    const posted = world.web.sent.findLast(
      ({ url, method }) => method === "POST" && url.href === `${origin}/auth/callback`,
    );
    const fields = Object.fromEntries(new URLSearchParams(posted?.body));
    expect(fields.code).toEqual(expect.any(String));
    for (const again of [browser, world.browser("mallory")]) {
      await again.type(`${world.provider.issuer}/jwks`);
      const page = await again.submit(`${origin}/auth/callback`, fields);
      expect([page.status, page.headers["cache-control"]]).toEqual([400, "no-store"]);
    }
    expect((await me(browser)).userId).toEqual(expect.any(String));
  });

  test("form_post: an answer that no cookie can hold is refused, without a fault", async () => {
    await world.app(framework, { oidc: { responseMode: "form_post" } });
    const browser = world.browser();
    browser.stopBefore = `${world.provider.issuer}/auth`;
    const asked = new URL(String((await signIn(browser)).headers.location));
    browser.stopBefore = undefined;
    await browser.type(`${world.provider.issuer}/jwks`);
    const state = String(asked.searchParams.get("state"));
    const fields = { code: "x".repeat(6000), state, iss: world.provider.issuer };
    const page = await browser.submit(`${origin}/auth/callback`, fields);
    expect([page.status, page.headers["cache-control"]]).toEqual([400, "no-store"]);
  });

  test.each(["query", "form_post"] as const)(
    "a SameSite=Strict session cookie comes along to the first page after the login: %s",
    async (responseMode) => {
      await world.app(framework, {
        oidc: { responseMode },
        sessions: { cookie: { sameSite: "strict" } },
      });
      const browser = world.browser();
      await browser.type(`${origin}/note?text=before`);
      const page = await signIn(browser);
      expect(page.url.pathname).toBe("/me");
      expect(JSON.parse(page.body)).toMatchObject({
        userId: expect.any(String),
        data: { notes: ["before"] },
      });
    },
  );

  test("RFC 9126: a provider that wants its requests pushed gets them so", async () => {
    await world.app(framework, { provider: strict });
    const before = strict.ledger.count("pushed_authorization_request");
    const browser = world.browser();
    await signIn(browser);
    expect((await me(browser)).userId).toBe(`${strict.issuer}|ann`);
    expect(strict.ledger.count("pushed_authorization_request")).toBe(before + 1);
    const asked = browser.trail.find((it) => it.startsWith(`GET ${strict.issuer}/auth?`));
    expect(asked).toContain("request_uri=");
    expect(asked).not.toContain("code_challenge");
  });

  test("silent: who is signed in at the provider is so here, who is not comes back as nobody", async () => {
    await world.app(framework, { oidc: { silent: true } });
    const browser = world.browser();
    await browser.type(`${origin}/`);
    const page = await browser.click("/auth/login?silent=1&returnTo=/me");
    expect([page.status, page.url.pathname]).toEqual([200, "/me"]);
    expect((await me(browser)).userId).toBeNull();
    await signIn(browser);
    await browser.script(`${origin}/sign-out-here`, "POST");
    expect((await me(browser)).userId).toBeNull();
    await browser.type(`${origin}/`);
    browser.person = "";
    await browser.click("/auth/login?silent=1&returnTo=/me");
    expect((await me(browser)).userId).toEqual(expect.any(String));
  });

  test("thirdPartyInitiated: the provider's portal may begin a login, for the page that is its own", async () => {
    await world.app(framework, { oidc: { thirdPartyInitiated: true } });
    const { issuer } = world.provider;
    const browser = world.browser();
    const begin = async (iss: string) => {
      await browser.type(`${issuer}/jwks`);
      const target = encodeURIComponent("https://evil.example/");
      return browser.click(
        `${origin}/auth/login?iss=${encodeURIComponent(iss)}&target_link_uri=${target}`,
      );
    };
    expect((await begin("https://evil.example")).status).toBeGreaterThanOrEqual(400);
    expect((await me(browser)).userId).toBeNull();
    expect((await begin(issuer)).url.href).toBe(`${origin}/`);
    expect((await me(browser)).userId).toEqual(expect.any(String));
  });
});
