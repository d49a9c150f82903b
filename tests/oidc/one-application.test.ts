import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestProvider } from "./provider/provider.ts";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { describeStorages } from "./world/storages.ts";
import { me, signIn, signOutEverywhere, tokenOf } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

let world: World;
let other: TestProvider;
beforeAll(async () => {
  world = await World.start({ accessTokenTtl: 300 });
  other = await world.addProvider({ accessTokenTtl: 300 });
});
afterEach(() => world.leave());
afterAll(() => world.end());

describe.each(frameworks)("two providers of one application on $name", (framework) => {
  test("ASVS 10.2.2: each answers its own logins, and no answer of one goes for the other", async () => {
    await world.app(framework, { second: other });
    const browser = world.browser();
    await browser.type(`${origin}/`);
    expect((await browser.click("/other/login?returnTo=/me")).url.href).toBe(`${origin}/me`);
    expect((await me(browser)).userId).toBe(`${other.issuer}|ann`);
    const victim = world.browser();
    victim.stopBefore = `${origin}/other/callback`;
    await victim.type(`${origin}/`);
    const answer = String((await victim.click("/other/login")).headers.location);
    victim.stopBefore = undefined;
    const page = await victim.click(answer.replace("/other/", "/auth/"));
    expect([page.status, page.headers["cache-control"]]).toEqual([400, "no-store"]);
    expect((await me(victim)).userId).toBeNull();
  });

  test("one's tokens are never shown to the other", async () => {
    const { second } = await world.app(framework, { second: other });
    const browser = world.browser();
    await browser.type(`${origin}/`);
    await browser.click("/other/login?returnTo=/me");
    expect((await me(browser)).identity).toBeUndefined();
    const session = { ...(await me(browser)) } as never;
    expect(await second?.identity(session)).toMatchObject({ issuer: other.issuer });
    world.ahead += 301_000;
    const revoked = other.ledger.count("revocation");
    const asked = () => world.provider.ledger.calls.length;
    const before = asked();
    expect(await tokenOf(browser)).toEqual({ error: "signed-out" });
    // Signing out at the wrong one's route ends the session, and shows that one nothing.
    await browser.type(`${origin}/`);
    const page = await browser.submit("/auth/logout");
    expect(page.url.href).toBe(`${origin}/`);
    expect((await me(browser)).userId).toBeNull();
    expect(asked()).toBe(before);
    await expect.poll(() => other.ledger.count("revocation")).toBe(revoked + 1);
  });

  test("the logout of the one that somebody signed in at ends the session", async () => {
    await world.app(framework, { second: other });
    const browser = world.browser();
    await browser.type(`${origin}/`);
    await browser.click("/other/login?returnTo=/me");
    await browser.type(`${origin}/`);
    await browser.submit("/other/logout");
    expect(browser.trail.some((it) => it.includes(`${other.issuer}/session/end?`))).toBe(true);
    expect((await me(browser)).userId).toBeNull();
  });
});

describeStorages((storage) => {
  test("two logins of one browser that end at the same moment leave it signed in, once", async () => {
    await world.app(anyFramework, { storage, sessions: { limits: { perUser: 5 } } });
    const browser = world.browser();
    await browser.type(`${origin}/note?text=before`);
    const callbacks: string[] = [];
    browser.stopBefore = `${origin}/auth/callback`;
    for (const _ of [1, 2]) callbacks.push(String((await signIn(browser)).headers.location));
    browser.stopBefore = undefined;
    const answers = await Promise.all(
      callbacks.map((url) => browser.script(url, "GET", { "sec-fetch-mode": "navigate" })),
    );
    for (const { status } of answers) expect(status).toBeLessThan(500);
    expect(await me(browser)).toMatchObject({
      userId: `${world.provider.issuer}|ann`,
      identity: { subject: "ann" },
    });
    expect(await tokenOf(browser)).toEqual({ token: expect.any(String) });
    await signOutEverywhere(browser.copy(), world.provider.issuer);
    expect((await me(browser)).userId).toBeNull();
  });
});

test("another person's login by a password is not tied to the provider of the one before", async () => {
  await world.app(anyFramework);
  const browser = world.browser();
  await signIn(browser);
  await browser.script(`${origin}/become?user=bob`, "POST");
  expect(await me(browser)).toMatchObject({ userId: "bob" });
  expect((await me(browser)).identity).toBeUndefined();
  expect(await tokenOf(browser)).toEqual({ error: "signed-out" });
  await signOutEverywhere(browser.copy(), world.provider.issuer);
  expect((await me(browser)).userId).toBe("bob");
});

test("who signs in again at the provider is tied to its new session there", async () => {
  await world.app(anyFramework);
  const browser = world.browser();
  await signIn(browser);
  const before = (await me(browser)).identity?.sid;
  world.web.unreachable.add(`${origin}/auth/backchannel-logout`);
  await signOutEverywhere(browser.copy(), world.provider.issuer);
  world.web.unreachable.clear();
  await signIn(browser);
  const after = await me(browser);
  expect(after.identity?.sid).not.toBe(before);
  await signOutEverywhere(browser, world.provider.issuer);
  expect((await me(browser)).userId).toBeNull();
});

test("a limit of sessions for each user refuses or ends, and says so without a fault", async () => {
  const { sessions } = await world.app(anyFramework, {
    sessions: { limits: { perUser: 1, onLimit: "reject" } },
  });
  const [one, two] = [world.browser(), world.browser()];
  await signIn(one);
  const page = await signIn(two);
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(page.status).toBeLessThan(500);
  expect(page.headers["cache-control"]).toBe("no-store");
  expect((await me(two)).userId).toBeNull();
  expect(await sessions.list(`${world.provider.issuer}|ann`)).toHaveLength(1);
});

test("a way back that is too long for a cookie is no fault of the server's", async () => {
  await world.app(anyFramework);
  const browser = world.browser();
  await browser.type(`${origin}/`);
  const page = await browser.click(`/auth/login?returnTo=/me?${"x".repeat(5000)}`);
  expect(page.status).toBeLessThan(500);
});

test("sessions that cannot be revoked cannot be tied to a provider that signs out", async () => {
  const { sealed, generateKey } = await import("@coatcheck/core/sealed");
  const { memoryStore } = await import("@coatcheck/core");
  const storage = {
    name: "no revocation",
    open: async () => ({
      storage: sealed({ keys: generateKey(), revocation: "none" }),
      store: memoryStore(),
      close() {},
    }),
  };
  await expect(world.app(anyFramework, { storage })).rejects.toThrow(/revocation/);
});
