import type { Page } from "playwright-core";
import type { World } from "../describe-chromium.ts";
import type { Scheme } from "../servers.ts";

export const BACKENDS = ["local", "session", "indexeddb"] as const;

let origins = 0;

/** Tabs of one new visitor on a host that nobody has visited: every storage is empty. */
export async function openTabs(
  world: World,
  count: number,
  scheme: Scheme = "https",
): Promise<{ readonly tabs: readonly Page[] } & AsyncDisposable> {
  const context = await world.browser.newContext({ ignoreHTTPSErrors: true });
  const url = world.servers.url(scheme, `shop-${++origins}.example`, "/");
  const tabs = await Promise.all(Array.from({ length: count }, () => open()));
  return { tabs, [Symbol.asyncDispose]: () => context.close() };

  async function open(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => globalThis.coatcheck !== undefined);
    return page;
  }
}
