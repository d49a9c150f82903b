import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { me, signIn } from "./world/visits.ts";
import { World } from "./world/world.ts";

const HOUR = 3600;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterEach(() => world.leave());
afterAll(() => world.end());

const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

test("ASVS 7.5.1: a guard that wants a fresh login gets one: the provider asks again, though it knows who it is", async () => {
  await world.app(anyFramework);
  world.provider.authentication = { ts: ago(20 * 60) };
  const browser = world.browser();
  await signIn(browser);
  const { id, authenticatedAt = 0 } = await me(browser);
  expect(Date.now() - authenticatedAt).toBeGreaterThan(19 * 60_000);
  world.provider.authentication = {};
  await browser.type(`${SHOP.origin}/`);
  const page = await browser.click("/fresh");
  expect([page.url.pathname, page.status]).toEqual(["/fresh", 200]);
  expect(browser.trail.some((it) => it.includes("prompt=login"))).toBe(true);
  expect(browser.trail.some((it) => it.startsWith("POST") && it.includes("/interaction/"))).toBe(
    true,
  );
  const after = await me(browser);
  expect(after.id).toBe(id);
  expect(Date.now() - Number(after.authenticatedAt)).toBeLessThan(60_000);
});

describe.each(frameworks)("$name", (framework) => {
  test("ASVS 6.8.4, 7.6.1: maxAuthAge asks the provider, and refuses what is older whatever it says", async () => {
    await world.app(framework, { oidc: { maxAuthAge: "8h" } });
    world.provider.authentication = { ts: ago(7 * HOUR) };
    const browser = world.browser();
    await signIn(browser);
    expect(browser.trail.some((it) => it.includes("max_age=28800"))).toBe(true);
    const { userId, authenticatedAt = 0 } = await me(browser);
    expect(userId).toEqual(expect.any(String));
    expect(Date.now() - authenticatedAt).toBeGreaterThanOrEqual(7 * HOUR * 1000);
    world.provider.authentication = { ts: ago(8 * HOUR + 120) };
    const late = world.browser();
    const page = await signIn(late);
    expect([page.url.pathname, page.status]).toEqual(["/auth/callback", 403]);
    expect((await me(late)).userId).toBeNull();
  });

  test("ASVS 6.8.4: requireAcr asks for a class, and refuses another one and none", async () => {
    await world.app(framework, { oidc: { requireAcr: ["2fa"] } });
    for (const [acr, ok] of [
      ["2fa", true],
      ["pwd", false],
      [undefined, false],
    ] as const) {
      world.provider.authentication = { acr };
      const browser = world.browser();
      const page = await signIn(browser);
      expect(browser.trail.some((it) => it.includes("acr_values=2fa"))).toBe(true);
      expect([acr, page.url.pathname, page.status]).toEqual(
        ok ? [acr, "/me", 200] : [acr, "/auth/callback", 403],
      );
      expect((await me(browser)).acr).toBe(ok ? "2fa" : undefined);
      expect((await me(browser)).userId === null).toBe(!ok);
    }
  });
});
