import { expect, test } from "vitest";
import { API } from "./provider/options.ts";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { DESK, SHOP } from "./world/sites.ts";
import { memory, storages } from "./world/storages.ts";
import { me, signIn, signOutEverywhere, tokenOf } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

// What every other file asserts at its end, here over one run through everything, errors included. `World.end` does it.
const combinations = [
  ...frameworks.map((framework) => ({ framework, storage: memory })),
  ...storages
    .filter((it) => it !== memory && !it.missing)
    .map((storage) => ({ framework: anyFramework, storage })),
];

test.each(combinations)(
  "ASVS 10.1.1, G15 no token, code, verifier or secret is in any response, log, event or error: $framework.name, $storage.name",
  async ({ framework, storage }) => {
    const world = await World.start({ accessTokenTtl: 300, resource: API });
    await world.app(framework, { storage });
    await world.app(framework, { storage, site: DESK, oidc: { responseMode: "form_post" } });
    const browser = world.browser();
    await signIn(browser);
    await signIn(browser, { site: DESK });
    await tokenOf(browser);
    world.ahead += 301_000;
    await tokenOf(browser);
    const used = browser.copy();
    // Logins that fail, each in its way.
    const failing = world.browser("bob");
    failing.stopBefore = `${origin}/auth/callback`;
    const callback = String((await signIn(failing)).headers.location);
    failing.stopBefore = undefined;
    expect((await world.browser("mallory").click(callback)).status).toBe(400);
    await world.provider.down();
    expect((await failing.click(callback)).status).toBe(503);
    world.ahead += 301_000;
    expect(await tokenOf(browser)).toHaveProperty("error");
    await world.provider.up();
    world.ahead += 7_200_000;
    await signIn(world.browser("late"));
    world.ahead = 0;
    world.provider.beforeAnswer = (route, ctx) => {
      if (route === "token") ctx.body = { ...(ctx.body as object), id_token: "not.a.token" };
    };
    await signIn(world.browser("forged"));
    world.provider.beforeAnswer = undefined;
    // The provider's refusal of a refresh, told with everything it knows.
    const token = await world.provider.sign({ aud: SHOP.id }, { typ: "logout+jwt" });
    await world.web.send(new URL(`${origin}/auth/backchannel-logout`), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ logout_token: token }).toString(),
    });
    await world.web.send(new URL(`${origin}/api/cart`), {
      method: "GET",
      headers: { authorization: `Bearer ${token}` },
    });
    await browser.type(`${origin}/`);
    await browser.submit("/auth/logout");
    await signIn(browser);
    await signOutEverywhere(browser, world.provider.issuer);
    expect((await me(browser)).userId).toBeNull();
    expect(await tokenOf(used)).toHaveProperty("error");
    await world.end();
  },
);
