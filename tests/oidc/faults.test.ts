import { memoryStore } from "@coatcheck/core";
import { type FaultStore, faultStore } from "@coatcheck/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { me, signIn, signOutEverywhere, tokenOf } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterEach(() => world.leave());
afterAll(() => world.end());

const DOWN = [{ kind: "fail" }] as const;

/** Stores that can be down, each by itself. */
function unreliable() {
  const [sessions, connections] = [1, 2].map(() =>
    faultStore(memoryStore({ clock: world.clock }), []),
  ) as [FaultStore, FaultStore];
  const storage = {
    name: "stores that fail",
    open: async () => ({ storage: sessions, store: connections, close() {} }),
  };
  return { sessions, connections, storage };
}

/** A browser that is about to come back from the provider, with something in its session. */
async function onTheWayBack() {
  const browser = world.browser();
  await browser.type(`${origin}/note?text=before`);
  browser.stopBefore = `${origin}/auth/callback`;
  const callback = String((await signIn(browser)).headers.location);
  browser.stopBefore = undefined;
  return { browser, callback };
}

describe.each(frameworks)("$name", (framework) => {
  test.each(["fail", "anonymous"] as const)(
    "G10 with the sessions' store down a login fails, and changes nothing: %s",
    async (onStoreError) => {
      const { sessions: store, storage } = unreliable();
      await world.app(framework, { storage, sessions: { onStoreError } });
      const { browser, callback } = await onTheWayBack();
      store.plan(DOWN);
      const page = await browser.click(callback);
      expect(page.status).toBe(503);
      expect(page.headers["set-cookie"]?.some((it) => it.startsWith("__Host-id="))).not.toBe(true);
      store.plan();
      expect(await me(browser)).toMatchObject({ userId: null, data: { notes: ["before"] } });
      await signIn(browser);
      expect(await me(browser)).toMatchObject({
        userId: expect.any(String),
        data: { notes: ["before"] },
      });
    },
  );

  test("G10 with the connections' store down nobody signs in, and who is signed in stays so and can sign out", async () => {
    const { connections, storage } = unreliable();
    const { sessions } = await world.app(framework, { storage });
    const signedIn = world.browser("bob");
    await signIn(signedIn);
    const { browser, callback } = await onTheWayBack();
    connections.plan(DOWN);
    const page = await browser.click(callback);
    expect([page.status, page.headers["cache-control"]]).toEqual([503, "no-store"]);
    await expect(signOutEverywhere(signedIn.copy(), world.provider.issuer)).resolves.toBeDefined();
    connections.plan();
    expect(await me(browser)).toMatchObject({ userId: null, data: { notes: ["before"] } });
    // The provider was told that its logout failed.
    const told = world.web.exchanges.filter(({ url }) =>
      url.pathname.endsWith("backchannel-logout"),
    );
    expect(told.at(-1)?.status).toBe(400);
    expect((await me(signedIn)).userId).toBe(`${world.provider.issuer}|bob`);
    connections.plan(DOWN);
    await signedIn.type(`${origin}/`);
    signedIn.stopBefore = world.provider.issuer;
    expect((await signedIn.submit("/auth/logout")).status).toBeLessThan(400);
    expect(await sessions.list(`${world.provider.issuer}|bob`)).toEqual([]);
  });

  test.each([
    { kind: "fail", method: "create", nth: 2 },
    { kind: "fail", method: "create", nth: 3 },
    { kind: "lose-reply", method: "create", nth: 2 },
    { kind: "lose-reply", method: "create", nth: 3 },
  ] as const)(
    "a tie that cannot be stored leaves nobody signed in: $kind at $nth",
    async (fault) => {
      const { connections, storage } = unreliable();
      const { sessions } = await world.app(framework, { storage });
      const { browser, callback } = await onTheWayBack();
      connections.plan([fault]);
      const page = await browser.click(callback);
      expect(connections.struck).toHaveLength(1);
      expect([page.status, page.headers["cache-control"]]).toEqual([503, "no-store"]);
      expect((await me(browser)).userId).toBeNull();
      expect(await sessions.list(`${world.provider.issuer}|ann`)).toEqual([]);
      await signIn(browser);
      expect((await me(browser)).userId).toEqual(expect.any(String));
    },
  );

  test("what the application throws in a login ends it, and nothing half done is kept", async () => {
    await world.app(framework, {
      oidc: {
        onLogin(session) {
          session.set("seen", "half a login");
          throw new Error("the application's own fault");
        },
      },
    });
    const { browser, callback } = await onTheWayBack();
    expect((await browser.click(callback)).status).toBe(500);
    expect(await me(browser)).toMatchObject({ userId: null, data: { notes: ["before"] } });
    expect((await me(browser)).data).not.toHaveProperty("seen");
    expect(await tokenOf(browser)).toEqual({ error: "signed-out" });
  });

  test("whom the application does not want is not let in", async () => {
    await world.app(framework, {
      oidc: { userId: ({ subject }) => (subject === "ann" ? "ann@shop" : undefined) },
    });
    const [ann, bob] = [world.browser(), world.browser("bob")];
    await signIn(ann);
    expect((await me(ann)).userId).toBe("ann@shop");
    const page = await signIn(bob);
    expect([page.status, page.headers["cache-control"]]).toEqual([403, "no-store"]);
    expect((await me(bob)).userId).toBeNull();
  });
});
