import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { demoUsers } from "../../../examples/demo/src/accounts/users.ts";
import { describeWith } from "../../services/services.ts";
import { firefoxBinary } from "../binary.ts";
import {
  type DemoServer,
  type DemoServers,
  SERVER_NAMES,
  startDemo,
} from "../rules/demo-servers.ts";

export const SHOP = "shop.example";
export const EVIL = "evil.example";

/** One of the demo's servers, and somebody at it who has no cookies yet. */
export interface FirefoxWorld {
  readonly server: DemoServer;
  readonly page: Page;
  /** Logs in by the form. */
  logIn(origin: string, name?: string): Promise<void>;
  /** The names of the cookies that the browser has. */
  cookies(): Promise<string[]>;
}

const PREFERENCES = {
  // These names are this machine.
  "network.dns.localDomains": [SHOP, EVIL].join(","),
  "network.dns.disableIPv6": true,
};

/** A suite in a real Firefox, once for each server of the demo; its pages have no script of their own. Without a Firefox it is skipped with the reason. */
export function describeFirefox(name: string, suite: (world: () => FirefoxWorld) => void): void {
  const binary = firefoxBinary();
  describeWith(binary, name, () => {
    const started = new AsyncDisposableStack();
    let demo: DemoServers;
    let browser: Browser;
    beforeAll(async () => {
      demo = started.adopt(await startDemo(), (it) => it.close());
      browser = started.adopt(
        await puppeteer.launch({
          browser: "firefox",
          executablePath: binary.path,
          acceptInsecureCerts: true,
          extraPrefsFirefox: PREFERENCES,
        }),
        (it) => it.close(),
      );
    });
    afterAll(() => started.disposeAsync());
    describe.each(SERVER_NAMES)("%s", (serverName) => {
      let page: Page;
      beforeEach(async () => {
        const server = demo.of(serverName);
        server.front.forget();
        server.front.withoutScript();
        demo.emptyCarts();
        const context = await browser.createBrowserContext();
        page = await context.newPage();
        return () => context.close();
      });
      suite(() => ({
        server: demo.of(serverName),
        page,
        async logIn(origin, user = "alice") {
          await page.goto(`${origin}/login`);
          await page.type("#user", user);
          await page.type("#password", passwordOf(user));
          await Promise.all([
            page.waitForNavigation(),
            page.click("main form button:not([type=button])"),
          ]);
        },
        async cookies() {
          return (await page.browserContext().cookies()).map((cookie) => cookie.name);
        },
      }));
    });
  });
}

function passwordOf(user: string): string {
  return demoUsers.find(({ id }) => id === user)?.password ?? "";
}
