import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { me, signIn, signOutEverywhere, tokenOf } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;
const TTL = 300;

let world: World;
beforeAll(async () => {
  world = await World.start({ accessTokenTtl: TTL, idTokenTtl: TTL });
});
afterEach(() => world.leave());
afterAll(() => world.end());

/** While the provider is away. */
async function down(during: () => Promise<void>): Promise<void> {
  await world.provider.down();
  try {
    await during();
  } finally {
    await world.provider.up();
  }
}

test("a provider that does not answer in time fails the login, and the token, and no session", async () => {
  await world.app(anyFramework, { oidc: { timeout: "1s" } });
  const browser = world.browser();
  await signIn(browser);
  world.ahead += (TTL + 1) * 1000;
  const stop = Promise.withResolvers<void>();
  world.provider.beforeAnswer = (route) => (route === "token" ? stop.promise : undefined);
  try {
    expect(await tokenOf(browser)).toEqual({ error: "provider-down" });
    const late = await signIn(world.browser("bob"));
    expect([late.url.pathname, late.status]).toEqual(["/auth/callback", 503]);
    expect((await me(browser)).userId).toEqual(expect.any(String));
  } finally {
    stop.resolve();
  }
});

test.each([500, 502, 503])(
  "a provider that answers %i to a refresh ends no session",
  async (status) => {
    await world.app(anyFramework);
    const browser = world.browser();
    await signIn(browser);
    world.ahead += (TTL + 1) * 1000;
    world.provider.beforeAnswer = (route, ctx) => {
      if (route === "token") Object.assign(ctx, { status, body: "<h1>Bad gateway</h1>" });
    };
    expect(await tokenOf(browser)).toEqual({ error: "provider-down" });
    expect((await me(browser)).userId).toEqual(expect.any(String));
  },
);

describe.each(frameworks)("$name", (framework) => {
  test("with the provider down from the start nobody signs in, and everybody can once it is back", async () => {
    await world.app(framework);
    const browser = world.browser();
    await browser.type(`${origin}/note?text=kept`);
    await down(async () => {
      const page = await browser.click("/auth/login");
      expect([page.status, page.url.pathname]).toEqual([503, "/auth/login"]);
      expect(page.headers["retry-after"]).toMatch(/^\d+$/);
      expect(page.headers["cache-control"]).toBe("no-store");
      expect((await me(browser)).data).toEqual({ notes: ["kept"] });
    });
    await signIn(browser);
    expect(await me(browser)).toMatchObject({
      userId: expect.any(String),
      data: { notes: ["kept"] },
    });
  });

  test("a provider that goes down before it has given the tokens fails the login cleanly", async () => {
    await world.app(framework);
    const browser = world.browser();
    browser.stopBefore = `${origin}/auth/callback`;
    const callback = String((await signIn(browser)).headers.location);
    browser.stopBefore = undefined;
    await down(async () => {
      const page = await browser.click(callback);
      expect(page.status).toBe(503);
      expect(page.headers["retry-after"]).toMatch(/^\d+$/);
      expect((await me(browser)).userId).toBeNull();
    });
    await signIn(browser);
    expect((await me(browser)).userId).toEqual(expect.any(String));
  });

  test("sessions live on while the provider is down; only what needs it fails, and says so", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    const { id } = await me(browser);
    await down(async () => {
      expect(await tokenOf(browser)).toEqual({ token: expect.any(String) });
      world.ahead += (TTL + 1) * 1000;
      expect(await tokenOf(browser)).toEqual({ error: "provider-down" });
      expect(await me(browser)).toMatchObject({ id, userId: expect.any(String) });
      await browser.type(`${origin}/note?text=still`);
    });
    expect(await tokenOf(browser)).toEqual({ token: expect.any(String) });
    expect(await me(browser)).toMatchObject({ id, data: { notes: ["still"] } });
  });

  test("the provider changes its keys in the middle of a login, and between login and logout", async () => {
    await world.app(framework);
    const [first, early] = [world.browser(), world.browser()];
    for (const it of [first, early]) await signIn(it);
    // By now the application has the keys, for ID tokens and for logout tokens.
    await signOutEverywhere(first, world.provider.issuer);
    expect((await me(first)).userId).toBeNull();
    const browser = world.browser();
    browser.stopBefore = `${origin}/auth/callback`;
    const callback = String((await signIn(browser)).headers.location);
    world.provider.rotateKeys();
    browser.stopBefore = undefined;
    expect((await browser.click(callback)).url.pathname).toBe("/me");
    expect((await me(browser)).userId).toEqual(expect.any(String));
    await signOutEverywhere(early, world.provider.issuer);
    expect((await me(early)).userId).toBeNull();
    expect((await me(browser)).userId).toEqual(expect.any(String));
  });

  test.each([
    ["ahead, within the limit", (TTL + 55) * 1000, true],
    ["ahead, beyond the limit", (TTL + 66) * 1000, false],
    ["behind, within the limit", -55_000, true],
    ["behind, beyond the limit", -66_000, false],
  ])("the application's clock is %s", async (_, ahead, ok) => {
    await world.app(framework);
    world.ahead = ahead;
    const browser = world.browser();
    const page = await signIn(browser);
    expect([page.url.pathname, page.status]).toEqual(ok ? ["/me", 200] : ["/auth/callback", 400]);
    expect(typeof (await me(browser)).userId === "string").toBe(ok);
  });
});
