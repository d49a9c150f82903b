import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { openShop } from "./shop.ts";

const { shop, listener } = await openShop();
let hosts = 0;

describeChromium("the session client", listener, (world) => {
  /** Tabs of a new visitor, on a host that nobody has visited. */
  async function open(count: number) {
    shop.ahead = 0;
    const context: BrowserContext = await world().browser.newContext({ ignoreHTTPSErrors: true });
    const url = world().servers.url("https", `session-${++hosts}.example`, "/");
    const tabs: Page[] = [];
    for (let i = 0; i < count; i++) {
      const page = await context.newPage();
      await page.goto(url);
      await page.waitForFunction(() => globalThis.client !== undefined);
      tabs.push(page);
    }
    return { tabs: tabs as [Page, ...Page[]], [Symbol.asyncDispose]: () => context.close() };
  }

  /** Starts a client in the page; its states so far, with when they came, are in `states`. */
  const start = (page: Page) =>
    page.evaluateHandle(async () => {
      const drafts = client.clientStore<Record<string, { owner: string | null; value: unknown }>>({
        name: "drafts",
        backend: "local",
      });
      const session = client.sessionClient({ drafts });
      const states: { state: string; at: number }[] = [];
      session.onChange(({ state }) => void states.push({ state, at: Date.now() }));
      await session.check();
      return { session, states };
    });

  type Started = Awaited<ReturnType<typeof start>>;

  /** The state, once it is the wanted one, or after five seconds. */
  const became = (page: Started, wanted: string) =>
    page.evaluate(async ({ session }, wanted) => {
      const deadline = Date.now() + 5_000;
      while (session.state !== wanted && Date.now() < deadline) {
        await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 20 }));
      }
      return session.state;
    }, wanted);

  test("a sign-out in one tab is known in all others within a second, and drafts are gone", async () => {
    await using visitor = await open(3);
    const [one] = visitor.tabs;
    await one.evaluate(() => fetch("/login", { method: "POST" }));
    const clients: Started[] = [];
    for (const tab of visitor.tabs) clients.push(await start(tab));
    const [first, ...others] = clients as [Started, ...Started[]];
    await others[0]?.evaluate(({ session }) => session.drafts.save("form", "typed"));
    const signedOut = await first.evaluate(async ({ session }) => {
      const { status } = await session.signOut("/logout");
      return { status, at: Date.now() };
    });
    expect(signedOut.status).toBe(200);
    for (const other of others) {
      expect(await became(other, "anonymous")).toBe("anonymous");
      const heard = await other.evaluate(async ({ session, states }) => ({
        at: states.at(-1)?.at ?? Infinity,
        draft: await session.drafts.load("form"),
      }));
      expect(heard.draft).toBeUndefined();
      expect(heard.at - signedOut.at).toBeLessThan(1_000);
    }
    expect(await one.evaluate(() => fetch("/session").then((it) => it.json()))).toMatchObject({
      signedIn: false,
    });
  });

  test("a warning comes before the end, in all tabs, and a request in one of them takes it back", async () => {
    await using visitor = await open(2);
    const [one, two] = visitor.tabs as [Page, Page];
    await one.evaluate(() => fetch("/login", { method: "POST" }));
    const [first, second] = [await start(one), await start(two)];
    expect(await first.evaluate(({ session }) => [session.state, session.userId])).toEqual([
      "signed-in",
      "ann",
    ]);
    shop.ahead = 29 * 60_000;
    const state = await first.evaluate(({ session }) => session.check());
    expect(state).toBe("expiring");
    const left = await first.evaluate(({ session }) => session.expiresIn ?? 0);
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(await became(second, "expiring")).toBe("expiring");
    await second.evaluate(({ session }) => session.fetch("/visit"));
    expect(await became(second, "signed-in")).toBe("signed-in");
    expect(await became(first, "signed-in")).toBe("signed-in");
    shop.ahead += 30 * 60_000;
    expect(await first.evaluate(({ session }) => session.check())).toBe("expired");
    expect(await became(second, "expired")).toBe("expired");
  });

  test("what is typed without a connection is there after a reload, for who typed it", async () => {
    await using visitor = await open(1);
    const [page] = visitor.tabs;
    await page.evaluate(() => fetch("/login", { method: "POST" }));
    const first = await start(page);
    await page.context().setOffline(true);
    const offline = await first.evaluate(async ({ session }) => {
      await session.check();
      await session.drafts.save("address", { city: "Leeds" });
      return session.state;
    });
    expect(offline).toBe("offline");
    await page.context().setOffline(false);
    const reload = async () => {
      await page.reload();
      await page.waitForFunction(() => globalThis.client !== undefined);
      const next = await start(page);
      return next.evaluate(({ session }) => session.drafts.load("address"));
    };
    expect(await reload()).toEqual({ city: "Leeds" });
    // Nobody is signed in any more: it waits.
    await page.context().clearCookies();
    expect(await reload()).toBeUndefined();
    await page.evaluate(() => fetch("/login", { method: "POST" }));
    expect(await reload()).toEqual({ city: "Leeds" });
  });

  test("ten requests with an expired token make one refresh, and nothing of it is stored", async () => {
    await using visitor = await open(1);
    const [page] = visitor.tabs;
    shop.refreshes = 0;
    const outcome = await page.evaluate(async () => {
      const session = client.sessionClient({
        transport: "bearer",
        refresh: async () => (await fetch("/refresh", { method: "POST" })).json(),
      });
      const state = await session.check();
      const ask = () =>
        Promise.all(Array.from({ length: 10 }, async () => (await session.fetch("/api")).text()));
      const before = await ask();
      await fetch("/spoil", { method: "POST" });
      const after = await ask();
      const stored = [localStorage.length, sessionStorage.length, document.cookie];
      const databases = await indexedDB.databases();
      return { state, before, after, stored, databases };
    });
    expect(outcome).toEqual({
      state: "signed-in",
      before: Array(10).fill("in"),
      after: Array(10).fill("in"),
      stored: [0, 0, ""],
      databases: [],
    });
    expect(shop.refreshes).toBe(2);
  });
});
