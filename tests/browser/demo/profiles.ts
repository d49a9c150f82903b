import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

export type Look = Pick<BrowserContextOptions, "colorScheme" | "javaScriptEnabled" | "viewport">;

/** A browser's profile, for one visitor after the other. */
interface Profile {
  readonly key: string;
  readonly origin: string;
  readonly context: BrowserContext;
  /** The tab that there is, if nobody has it yet, or another one. */
  newPage(): Promise<Page>;
}

/** The profiles of a browser. One that is empty again is as good as new, and has the shop's script ready: that halves what a visitor costs. */
export class Profiles {
  readonly #browser: Browser;
  readonly #free: Profile[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Somebody's who has never been at the shop. */
  async take(origin: string, look: Look): Promise<Profile> {
    const key = JSON.stringify([origin, look]);
    const index = this.#free.findIndex((it) => it.key === key);
    return this.#free.splice(index, index < 0 ? 0 : 1)[0] ?? this.#open(key, origin, look);
  }

  async giveBack(profile: Profile): Promise<void> {
    const { context, origin } = profile;
    const [tab = await context.newPage(), ...others] = context.pages();
    await Promise.all(others.map((it) => it.close()));
    await context.setOffline(false);
    await tab.unrouteAll();
    await tab.goto("about:blank");
    await context.clearCookies();
    const devtools = await context.newCDPSession(tab);
    const types = { storageTypes: "local_storage,indexeddb,cache_storage,service_workers" };
    await devtools.send("Storage.clearDataForOrigin", { origin, ...types });
    await devtools.detach();
    this.#free.push(profile);
  }

  async #open(key: string, baseURL: string, look: Look): Promise<Profile> {
    const context = await this.#browser.newContext({ baseURL, ...look });
    context.setDefaultTimeout(10_000);
    await context.clock.install();
    return {
      key,
      origin: baseURL,
      context,
      async newPage() {
        const [tab] = context.pages();
        return tab?.url() === "about:blank" ? tab : context.newPage();
      },
    };
  }
}
