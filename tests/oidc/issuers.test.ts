import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestProvider } from "./provider/provider.ts";
import { frameworks } from "./world/frameworks.ts";
import { DESK, SHOP } from "./world/sites.ts";
import { me, signIn, signOutEverywhere } from "./world/visits.ts";
import { World } from "./world/world.ts";

let world: World;
let other: TestProvider;
beforeAll(async () => {
  world = await World.start();
  other = await world.addProvider();
});
afterEach(() => world.leave());
afterAll(() => world.end());

// The shop's people are at one provider, the desk's at another; both call somebody "ann".
describe.each(frameworks)("$name", (framework) => {
  test("ASVS 6.8.1: the same subject of two providers is two people, and one's logout leaves the other", async () => {
    await world.app(framework);
    await world.app(framework, { site: DESK, provider: other });
    const browser = world.browser();
    await signIn(browser);
    await signIn(browser, { site: DESK });
    const [one, two] = [await me(browser), await me(browser, DESK)];
    expect(one.userId).toBe(`${world.provider.issuer}|ann`);
    expect(two.userId).toBe(`${other.issuer}|ann`);
    await signOutEverywhere(browser, other.issuer);
    expect((await me(browser)).userId).toBe(one.userId);
    expect((await me(browser, DESK)).userId).toBeNull();
  });

  test("ASVS 10.2.2: a provider's answer to a login begun at another is refused", async () => {
    await world.app(framework);
    await world.app(framework, { site: DESK, provider: other });
    const browser = world.browser();
    browser.stopBefore = `${DESK.origin}/auth/callback`;
    const answer = new URL(String((await signIn(browser, { site: DESK })).headers.location));
    browser.stopBefore = world.provider.issuer;
    const asked = new URL(String((await signIn(browser)).headers.location));
    browser.stopBefore = undefined;
    const mixed = new URL(`${SHOP.origin}/auth/callback`);
    mixed.searchParams.set("code", String(answer.searchParams.get("code")));
    mixed.searchParams.set("state", String(asked.searchParams.get("state")));
    for (const iss of [other.issuer, `${world.provider.issuer}/`, undefined]) {
      const tab = browser.copy();
      if (iss === undefined) mixed.searchParams.delete("iss");
      else mixed.searchParams.set("iss", iss);
      const page = await tab.click(mixed.href);
      expect([iss, page.status, page.headers["cache-control"]]).toEqual([iss, 400, "no-store"]);
      expect((await me(tab)).userId).toBeNull();
    }
  });
});
