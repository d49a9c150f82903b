import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { frameworks } from "./world/frameworks.ts";
import { DESK, SHOP } from "./world/sites.ts";
import { describeStorages } from "./world/storages.ts";
import { me, signIn, signOutEverywhere } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterEach(() => world.leave());
afterAll(() => world.end());

const user = (person = "ann") => `${world.provider.issuer}|${person}`;

describe.each(frameworks)("$name, at the application", (framework) => {
  test("who signs out is signed out at the provider too, and comes back", async () => {
    await world.app(framework, { oidc: { afterLogout: "/bye" } });
    const browser = world.browser();
    await signIn(browser);
    await browser.type(`${origin}/`);
    const page = await browser.submit("/auth/logout");
    expect(page.url.href).toBe(`${origin}/bye`);
    expect(browser.trail.some((it) => it.includes("/auth/logged-out?state="))).toBe(true);
    expect((await me(browser)).userId).toBeNull();
    browser.person = "bob";
    await signIn(browser);
    expect((await me(browser)).userId).toBe(user("bob"));
  });

  test("the session here is over before the browser goes to the provider", async () => {
    const { sessions } = await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    const thief = browser.copy();
    await browser.type(`${origin}/`);
    browser.stopBefore = world.provider.issuer;
    const page = await browser.submit("/auth/logout");
    const url = new URL(String(page.headers.location));
    expect(page.status).toBe(303);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(url.origin + url.pathname).toBe(`${world.provider.issuer}/session/end`);
    expect(url.searchParams.get("post_logout_redirect_uri")).toBe(`${origin}/auth/logged-out`);
    expect(await sessions.list(user())).toEqual([]);
    expect((await me(thief)).userId).toBeNull();
  });

  test("with the provider down one signs out here, and stays here", async () => {
    const { sessions } = await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    await browser.type(`${origin}/`);
    await world.provider.down();
    try {
      // What was learned of the provider is known for a while; the redirect goes there, whatever it is worth.
      browser.stopBefore = world.provider.issuer;
      const page = await browser.submit("/auth/logout");
      expect(page.status).toBeLessThan(400);
      expect(await sessions.list(user())).toEqual([]);
    } finally {
      await world.provider.up();
    }
  });

  test("only a POST of the application's own pages signs out", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    const got = await browser.type(`${origin}/auth/logout`);
    expect([got.status, got.headers.allow]).toEqual([405, "POST"]);
    expect(got.headers["cache-control"]).toBe("no-store");
    await browser.type(`${world.provider.issuer}/jwks`);
    await browser.submit(`${origin}/auth/logout`); // without the Lax cookie it is nobody's
    expect(browser.trail.some((it) => it.includes("/session/end"))).toBe(false);
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await browser.script(`${origin}/auth/logout`, "POST", headers)).status).toBe(403);
    expect((await me(browser)).userId).toBe(user());
  });

  test("the page after a logout is reached with the state of one alone, and once", async () => {
    await world.app(framework);
    const browser = world.browser();
    for (const query of ["", "?state=", "?state=invented"]) {
      const page = await browser.type(`${origin}/auth/logged-out${query}`);
      expect(page.status).toBe(400);
      expect(page.headers["cache-control"]).toBe("no-store");
    }
    await signIn(browser);
    await browser.type(`${origin}/`);
    await browser.submit("/auth/logout");
    const back = browser.trail.find((it) => it.includes("/auth/logged-out"))?.split(" ")[1] ?? "";
    expect((await browser.type(back)).status).toBe(400);
    expect((await world.browser().type(back)).status).toBe(400);
  });
});

describe.each(frameworks)("$name, at the provider", (framework) => {
  test("BCL 2.7: two applications end their sessions at once, and nobody else's", async () => {
    const shop = await world.app(framework);
    const desk = await world.app(framework, { site: DESK });
    const ended: string[] = [];
    for (const { sessions } of [shop, desk]) {
      sessions.events.on("ended", ({ id }) => ended.push(id));
    }
    const [ann, elsewhere, bob] = [world.browser(), world.browser(), world.browser("bob")];
    for (const browser of [ann, elsewhere, bob]) {
      await signIn(browser);
      await signIn(browser, { site: DESK });
    }
    const ids = [(await me(ann)).id, (await me(ann, DESK)).id];
    await signOutEverywhere(ann, world.provider.issuer);
    expect(ended.sort()).toEqual(ids.sort());
    for (const site of [SHOP, DESK]) {
      expect((await me(ann, site)).userId).toBeNull();
      expect((await me(elsewhere, site)).userId).toBe(user());
      expect((await me(bob, site)).userId).toBe(user("bob"));
    }
  });

  test("BCL 2.8: what is no logout token is refused, whatever it pretends, and ends nothing", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    const { provider, web } = world;
    const { sid } = (await me(browser)).identity ?? {};
    const now = Math.floor(Date.now() / 1000);
    const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
    const good = { aud: SHOP.id, iat: now, exp: now + 120, jti: "j", sid, events };
    const logout = { typ: "logout+jwt" };
    const stranger = (await provider.sign(good, logout)).split(".").with(2, "AAAA").join(".");
    const none = ["eyJhbGciOiJub25lIn0", stranger.split(".")[1], ""].join(".");
    const bad = [
      stranger,
      none,
      "",
      "x",
      await provider.sign({ ...good, aud: DESK.id }, logout),
      await provider.sign({ ...good, iss: "https://evil.example" }, logout),
      await provider.sign({ ...good, nonce: "n" }, logout),
      await provider.sign({ ...good, events: {} }, logout),
      await provider.sign({ ...good, sid: undefined }, logout),
      await provider.sign({ ...good, iat: now - 3600, exp: now - 3000 }, logout),
      // An ID token of this very person.
      await provider.sign({ ...good, events: undefined, sub: "ann", nonce: "n" }),
    ];
    const post = async (body: string, type = "application/x-www-form-urlencoded") => {
      const to = new URL(`${origin}/auth/backchannel-logout`);
      return web.send(to, { method: "POST", headers: { "content-type": type }, body });
    };
    const form = (token: string) => new URLSearchParams({ logout_token: token }).toString();
    for (const token of bad) {
      const { status, headers, body } = await post(form(token));
      expect([token, status, headers["cache-control"]]).toEqual([token, 400, "no-store"]);
      expect(JSON.parse(body)).toMatchObject({ error: expect.any(String) });
    }
    const token = await provider.sign(good, logout);
    expect((await post(JSON.stringify({ logout_token: token }), "application/json")).status).toBe(
      400,
    );
    expect((await post(`${form(token)}&pad=${"x".repeat(20_000)}`)).status).toBe(400);
    const got = await browser.type(`${origin}/auth/backchannel-logout`);
    expect([got.status, got.headers["cache-control"]]).toEqual([405, "no-store"]);
    expect((await me(browser)).userId).toBe(user());
    for (const times of [1, 2]) {
      const { status, headers } = await post(`${form(token)}&other=${times}`);
      expect([times, status, headers["cache-control"]]).toEqual([times, 200, "no-store"]);
    }
    expect((await me(browser)).userId).toBeNull();
  });
});

describeStorages((storage) => {
  const [framework = frameworks[0]] = frameworks;
  if (!framework) throw new Error("no framework");

  test("G6 the provider's logout ends exactly the sessions of its own session, also for a copy of the cookie", async () => {
    await world.app(framework, { storage });
    const [ann, elsewhere] = [world.browser(), world.browser()];
    for (const browser of [ann, elsewhere]) await signIn(browser);
    const thief = ann.copy();
    await signOutEverywhere(ann, world.provider.issuer);
    expect((await me(thief)).userId).toBeNull();
    expect((await me(elsewhere)).userId).toBe(user());
  });

  test("BCL 2.7: without a sid all sessions of the person end, of this issuer and subject alone", async () => {
    await world.app(framework, { storage });
    const browsers = [world.browser(), world.browser(), world.browser("bob")];
    for (const browser of browsers) await signIn(browser);
    world.ahead += 2_000; // the logout is later than the logins, by the provider's clock in seconds
    const iat = Math.floor(Date.now() / 1000) + 2;
    const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
    const token = await world.provider.sign(
      { aud: SHOP.id, sub: "ann", iat, exp: iat + 120, jti: storage.name, events },
      { typ: "logout+jwt" },
    );
    const { status } = await world.web.send(new URL(`${origin}/auth/backchannel-logout`), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ logout_token: token }).toString(),
    });
    expect(status).toBe(200);
    const users = [];
    for (const browser of browsers) users.push((await me(browser)).userId);
    expect(users).toEqual([null, null, user("bob")]);
  });

  test("BCL 2.7: a login that the logout overtakes does not come to be", async () => {
    const { sessions } = await world.app(framework, { storage });
    const browser = world.browser();
    // The provider has issued the tokens; before its answer arrives, the person signs out there.
    world.provider.beforeAnswer = async (route) => {
      if (route !== "token") return;
      world.provider.beforeAnswer = undefined;
      await signOutEverywhere(browser.copy(), world.provider.issuer);
    };
    const page = await signIn(browser);
    expect(page.url.pathname).toBe("/auth/callback");
    expect([page.status, page.headers["cache-control"]]).toEqual([403, "no-store"]);
    expect((await me(browser)).userId).toBeNull();
    if (!storage.carried) expect(await sessions.list(user())).toEqual([]);
  });
});
