import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { me, signIn } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterEach(() => world.leave());
afterAll(() => world.end());

/** What the package itself answered, all along the way of a browser. */
const ownAnswers = () =>
  world.web.exchanges.filter(
    ({ url }) => url.origin === origin && url.pathname.startsWith("/auth/"),
  );

describe.each(frameworks)("$name", (framework) => {
  test("ASVS 6.8.1: somebody signs in, is who the provider says, and comes back to where they were", async () => {
    await world.app(framework);
    world.provider.authentication = { acr: "2fa", amr: ["pwd", "otp"] };
    const before = Math.floor(Date.now() / 1000) * 1000;
    const browser = world.browser();
    const page = await signIn(browser, { returnTo: "/me?tab=2" });
    expect([page.status, page.url.href]).toEqual([200, `${origin}/me?tab=2`]);
    const told = JSON.parse(page.body);
    expect(told).toMatchObject({
      userId: `${world.provider.issuer}|ann`,
      acr: "2fa",
      amr: ["pwd", "otp"],
      identity: { issuer: world.provider.issuer, subject: "ann", sid: expect.any(String) },
    });
    expect(told.authenticatedAt % 1000).toBe(0);
    expect(told.authenticatedAt).toBeGreaterThanOrEqual(before);
    expect(await me(browser)).toMatchObject({ userId: told.userId, id: told.id });
  });

  test("G4 the token from before is worthless, and what the session held is kept", async () => {
    await world.app(framework);
    const browser = world.browser();
    await browser.type(`${origin}/note?text=before`);
    const thief = browser.copy();
    await signIn(browser);
    const after = await me(browser);
    expect(after).toMatchObject({ data: { notes: ["before"] }, userId: expect.any(String) });
    expect(await me(thief)).not.toMatchObject({ userId: expect.any(String) });
    expect((await me(thief)).data).toEqual({});
  });

  test("G4 another person's login drops what the session before held", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    await browser.type(`${origin}/note?text=of+ann`);
    await browser.type(`${world.provider.issuer}/session/end`);
    browser.person = "bob";
    await signIn(browser);
    expect(await me(browser)).toMatchObject({
      userId: `${world.provider.issuer}|bob`,
      data: {},
    });
  });

  test("G18 no answer on the way is kept by a cache", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    for (const { url, headers } of ownAnswers()) {
      expect([url.pathname, headers["cache-control"]]).toEqual([url.pathname, "no-store"]);
    }
  });

  test("ASVS 10.1.2: state, nonce and code challenge differ each time; only S256 and the least scope are asked for", async () => {
    await world.app(framework);
    const asked = await Promise.all(
      [1, 2].map(async () => {
        const browser = world.browser();
        browser.stopBefore = world.provider.issuer;
        const { headers } = await signIn(browser);
        return new URL(String(headers.location)).searchParams;
      }),
    );
    for (const name of ["state", "nonce", "code_challenge"]) {
      const [one = "", two = ""] = asked.map((it) => String(it.get(name)));
      expect(one.length).toBeGreaterThanOrEqual(43);
      expect(one).not.toBe(two);
    }
    for (const it of asked) {
      expect(it.get("code_challenge_method")).toBe("S256");
      expect(it.get("scope")).toBe("openid");
      expect(it.get("response_type")).toBe("code");
    }
  });

  test("several tabs sign in at once, and each comes back to its own page", async () => {
    await world.app(framework);
    const browser = world.browser();
    await browser.type(`${origin}/`);
    const ways: string[] = [];
    for (const path of ["/me?tab=1", "/me?tab=2", "/me?tab=3"]) {
      browser.stopBefore = world.provider.issuer;
      await browser.type(`${origin}/`);
      const { headers } = await browser.click(`/auth/login?returnTo=${encodeURIComponent(path)}`);
      ways.push(String(headers.location));
    }
    browser.stopBefore = undefined;
    const ends = [];
    for (const way of ways.reverse()) ends.push((await browser.click(way)).url.search);
    expect(ends).toEqual(["?tab=3", "?tab=2", "?tab=1"]);
    expect(await me(browser)).toMatchObject({ userId: `${world.provider.issuer}|ann` });
  });

  test("ASVS 10.1.2: a callback in another browser signs nobody in", async () => {
    await world.app(framework);
    const attacker = world.browser("mallory");
    attacker.stopBefore = `${origin}/auth/callback`;
    const stopped = await signIn(attacker);
    const victim = world.browser();
    await victim.type(`${origin}/`);
    const page = await victim.click(String(stopped.headers.location));
    expect(page.status).toBe(400);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(await me(victim)).not.toMatchObject({ userId: expect.any(String) });
  });

  test("ASVS 10.1.2: a callback is good once, also for the cookies that it came with", async () => {
    await world.app(framework);
    const browser = world.browser();
    browser.stopBefore = `${origin}/auth/callback`;
    const callback = String((await signIn(browser)).headers.location);
    const thief = browser.copy();
    browser.stopBefore = undefined;
    thief.stopBefore = undefined;
    await browser.click(callback);
    const { id } = await me(browser);
    for (const again of [browser, thief]) {
      const page = await again.click(callback);
      expect(page.status).toBe(400);
      expect(page.headers["cache-control"]).toBe("no-store");
    }
    expect(await me(browser)).toMatchObject({ id, userId: expect.any(String) });
    expect(await me(thief)).not.toMatchObject({ userId: expect.any(String) });
  });

  test("who turns back at the provider is told so, and is nobody", async () => {
    await world.app(framework);
    const browser = world.browser("");
    const page = await signIn(browser);
    expect(page.url.pathname).toBe("/auth/callback");
    expect([400, 403]).toContain(page.status);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(await me(browser)).not.toMatchObject({ userId: expect.any(String) });
    browser.person = "ann";
    await signIn(browser);
    expect(await me(browser)).toMatchObject({ userId: expect.any(String) });
  });

  test("another site's page does not begin a login, nor does the provider", async () => {
    await world.app(framework);
    const browser = world.browser();
    await browser.type(`${world.provider.issuer}/jwks`);
    const iss = encodeURIComponent(world.provider.issuer);
    for (const query of ["", "?returnTo=/me", `?iss=${iss}&login_hint=ann`]) {
      const page = await browser.click(`${origin}/auth/login${query}`);
      expect([page.url.href, page.status]).toEqual([`${origin}/auth/login${query}`, 403]);
      expect(page.headers["cache-control"]).toBe("no-store");
      await browser.type(`${world.provider.issuer}/jwks`);
    }
  });

  test("nobody is signed in without a word, unless the application allows it", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    await browser.script(`${origin}/sign-out-here`, "POST");
    await browser.type(`${origin}/`);
    browser.stopBefore = world.provider.issuer;
    for (const query of ["?silent=1", "?prompt=none"]) {
      const { status, headers } = await browser.click(`/auth/login${query}`);
      expect(status).toBeGreaterThanOrEqual(300);
      expect(headers.location ?? "").not.toContain("prompt=none");
    }
  });
});

test.each([
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example/",
  "/%5Cevil.example/\\..",
  "https://evil.example/",
  "http:evil.example",
  "javascript:alert(1)",
  "/\t/evil.example/",
  "/\n/evil.example/",
  "/a\r\nlocation: https://evil.example/",
  "/.//evil.example",
  "evil.example",
  "https://shop.example@evil.example/",
  "https://shop.example.evil.example/",
  "",
])("RFC 9700: no way back leads elsewhere: %j", async (returnTo) => {
  await world.app(anyFramework);
  const browser = world.browser();
  const page = await signIn(browser, { returnTo });
  expect(page.url.origin).toBe(origin);
  expect(page.status).toBeLessThan(500);
  expect(page.url.pathname).not.toMatch(/^\/\//);
  expect(await me(browser)).toMatchObject({ userId: expect.any(String) });
});
