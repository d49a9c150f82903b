import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { openJwtApi } from "./jwt-api.ts";

const { api, listener } = await openJwtApi();
const MINUTE = 60_000;
let hosts = 0;

describeChromium("the session client with JWT access tokens", listener, (world) => {
  /** Tabs of a new visitor, on a host that nobody has visited. */
  async function open(count: number) {
    Object.assign(api, { ahead: 0, refreshes: 0, stolen: 0 });
    const context = await world().browser.newContext({ ignoreHTTPSErrors: true });
    const url = world().servers.url("https", `api-${++hosts}.example`, "/");
    const tabs = await Promise.all(
      Array.from({ length: count }, async () => {
        const page = await context.newPage();
        await page.goto(url);
        await page.waitForFunction(() => globalThis.client !== undefined);
        return page;
      }),
    );
    return { tabs: tabs as [Page, ...Page[]], [Symbol.asyncDispose]: () => context.close() };
  }

  const start = (page: Page) =>
    page.evaluateHandle(async () => {
      const session = client.sessionClient({
        transport: "bearer",
        refresh: async () => {
          const response = await fetch("/refresh", { method: "POST" });
          return response.ok ? response.json() : undefined;
        },
      });
      await session.check();
      /** What the API answers to that many requests at once. */
      const ask = (count: number) =>
        Promise.all(
          Array.from({ length: count }, async () => {
            const response = await session.fetch("/api");
            return `${response.status} ${await response.text()}`;
          }),
        );
      return { session, ask };
    });

  const logIn = (page: Awaited<ReturnType<typeof start>>) =>
    page.evaluate(async ({ session }) => {
      const response = await fetch("/login", { method: "POST" });
      return session.signedIn(await response.json());
    });

  test("a token that is over is refreshed once, from a cookie that the page cannot read", async () => {
    await using visitor = await open(1);
    const [page] = visitor.tabs;
    const client = await start(page);
    expect(await client.evaluate(({ session }) => session.state)).toBe("anonymous");
    expect(await client.evaluate(({ ask }) => ask(1))).toEqual(["401 "]);
    expect(await logIn(client)).toBe("signed-in");
    expect(await client.evaluate(({ session }) => session.userId)).toBe("ann");
    api.refreshes = 0;
    expect(await client.evaluate(({ ask }) => ask(3))).toEqual(Array(3).fill("200 ann"));
    expect(api.refreshes).toBe(0);
    api.ahead += 6 * MINUTE;
    expect(await client.evaluate(({ ask }) => ask(10))).toEqual(Array(10).fill("200 ann"));
    expect(api.refreshes).toBe(1);
    const kept = await page.evaluate(async () => [
      { ...localStorage, ...sessionStorage },
      document.cookie,
      await indexedDB.databases(),
    ]);
    expect(kept).toEqual([{}, "", []]);
  });

  test("after a reload the next page has a token of its own", async () => {
    await using visitor = await open(1);
    const [page] = visitor.tabs;
    await logIn(await start(page));
    await page.reload();
    await page.waitForFunction(() => globalThis.client !== undefined);
    const again = await start(page);
    expect(await again.evaluate(({ session }) => session.state)).toBe("signed-in");
    expect(await again.evaluate(({ ask }) => ask(2))).toEqual(["200 ann", "200 ann"]);
  });

  test("tabs that refresh at once look like no theft, for as long as they are open", async () => {
    await using visitor = await open(3);
    const clients = await Promise.all(visitor.tabs.map(start));
    await logIn(clients[0] as (typeof clients)[0]);
    for (let i = 0; i < 4; i++) {
      api.ahead += 6 * MINUTE;
      const answers = await Promise.all(
        clients.map((it) =>
          it.evaluate(async ({ session, ask }) => [await session.check(), ...(await ask(3))]),
        ),
      );
      expect(answers).toEqual(Array(3).fill(["signed-in", ...Array(3).fill("200 ann")]));
    }
    expect(api.stolen).toBe(0);
  });

  test("a sign-out takes the tokens of all tabs, and nothing refreshes any more", async () => {
    await using visitor = await open(2);
    const [one, two] = visitor.tabs as [Page, Page];
    const first = await start(one);
    await logIn(first);
    const second = await start(two);
    expect(await second.evaluate(({ ask }) => ask(1))).toEqual(["200 ann"]);
    await first.evaluate(({ session }) => session.signOut("/logout"));
    await expect.poll(() => second.evaluate(({ session }) => session.state)).toBe("anonymous");
    // The token in its hands is still good for the API: it is not sent.
    for (const it of [first, second]) {
      expect(await it.evaluate(({ ask }) => ask(1))).toEqual(["401 "]);
    }
    const refreshed = () =>
      one.evaluate(async () => (await fetch("/refresh", { method: "POST" })).status);
    expect(await refreshed()).toBe(401);
  });
});
