import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { digest } from "./world/digest.ts";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { describeStorages } from "./world/storages.ts";
import { me, signIn, tokenOf } from "./world/visits.ts";
import { World } from "./world/world.ts";

const TTL = 300;
const PAST = (TTL + 1) * 1000;

let world: World;
beforeAll(async () => {
  world = await World.start({ accessTokenTtl: TTL });
});
afterEach(() => world.leave());
afterAll(() => world.end());

/** Digests of all access tokens that the provider has given away, the last one last. */
const issued = () => [...world.provider.ledger.secrets].map(digest);
const refreshes = () => world.provider.ledger.count("refresh_token");

describe.each(frameworks)("$name", (framework) => {
  test("an access token is the provider's, the same until it ends, and is then renewed with rotation", async () => {
    await world.app(framework);
    const browser = world.browser();
    await signIn(browser);
    const before = refreshes();
    const first = await tokenOf(browser);
    expect(issued()).toContain(first.token);
    expect(await tokenOf(browser)).toEqual(first);
    expect(refreshes()).toBe(before);
    for (const times of [1, 2, 3]) {
      world.ahead += PAST;
      const next = await tokenOf(browser);
      expect(issued()).toContain(next.token);
      expect(next.token).not.toBe(first.token);
      expect(await tokenOf(browser)).toEqual(next);
      expect(refreshes()).toBe(before + times);
    }
    expect(await me(browser)).toMatchObject({ userId: expect.any(String) });
  });

  test("RFC 9700: a refresh token that the provider takes no more ends the session", async () => {
    const { oidc } = await world.app(framework);
    const ended: unknown[] = [];
    oidc.events.on("grant-ended", (event) => ended.push(event));
    const browser = world.browser();
    await signIn(browser);
    const { id } = await me(browser);
    // Elsewhere the person takes the application's rights away: the provider drops the grant.
    await signOutWithoutLogoutTokens(browser.copy());
    world.ahead += PAST;
    expect(await tokenOf(browser)).toEqual({ error: "signed-out" });
    expect(ended).toEqual([expect.objectContaining({ sessionId: id })]);
    expect((await me(browser)).userId).toBeNull();
  });
});

/** The provider forgets the session and its grants, and cannot reach the application to say so. */
async function signOutWithoutLogoutTokens(browser: ReturnType<World["browser"]>): Promise<void> {
  world.web.unreachable.add(`${SHOP.origin}/auth/backchannel-logout`);
  await browser.type(`${world.provider.issuer}/session/end`);
  world.web.unreachable.clear();
}

describeStorages((storage) => {
  test("tokens are renewed, and go with the session", async () => {
    await world.app(anyFramework, { storage });
    const browser = world.browser();
    await signIn(browser);
    const first = await tokenOf(browser);
    world.ahead += PAST;
    const next = await tokenOf(browser);
    expect(issued()).toContain(next.token);
    expect(next).not.toEqual(first);
    const copy = browser.copy();
    await browser.script(`${SHOP.origin}/sign-out-here`, "POST");
    for (const either of [browser, copy]) {
      expect(await tokenOf(either)).toEqual({ error: "signed-out" });
    }
  });
});

test("with onGrantEnd: keep-session a refused refresh leaves the session", async () => {
  await world.app(anyFramework, { oidc: { onGrantEnd: "keep-session" } });
  const browser = world.browser();
  await signIn(browser);
  await signOutWithoutLogoutTokens(browser.copy());
  world.ahead += PAST;
  expect(await tokenOf(browser)).toEqual({ error: "no-token" });
  expect((await me(browser)).userId).not.toBeNull();
});

test("63C 4.7, NIST 5.1.2: asking for access tokens does not extend the session", async () => {
  const { oidc, sessions } = await world.app(anyFramework, {
    sessions: { timeouts: { idle: "30m" } },
  });
  const browser = world.browser();
  await signIn(browser);
  const { id, userId } = await me(browser);
  const session = { id, userId } as never;
  const [before] = await sessions.list(String(userId));
  for (let i = 0; i < 3; i++) {
    world.ahead += 6 * 60_000;
    // As a job does that has the session's id alone, or an API's proxy: no request of the person's.
    await oidc.accessToken(session);
  }
  const [after] = await sessions.list(String(userId));
  expect(after?.lastSeenAt).toBe(before?.lastSeenAt);
  expect(after?.expiresAt).toBe(before?.expiresAt);
});

test("a hundred requests at once in one process cause one refresh", async () => {
  await world.app(anyFramework);
  const browser = world.browser();
  await signIn(browser);
  const before = refreshes();
  world.ahead += PAST;
  const all = await Promise.all(Array.from({ length: 100 }, () => tokenOf(browser)));
  expect(refreshes()).toBe(before + 1);
  expect(new Set(all.map((it) => it.token)).size).toBe(1);
  expect(issued()).toContain(all[0]?.token);
});
