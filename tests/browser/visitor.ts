import type { Browser, CDPSession, Page, Response } from "playwright-core";

/** A cookie as the browser keeps it. */
export type StoredCookie = Awaited<ReturnType<Visitor["cookies"]>>[number];

/** Somebody with a cookie jar of their own, and one tab. */
export class Visitor implements AsyncDisposable {
  readonly page: Page;
  readonly #devtools: CDPSession;
  readonly #jar: string;

  private constructor(page: Page, devtools: CDPSession, jar: string) {
    this.page = page;
    this.#devtools = devtools;
    this.#jar = jar;
  }

  static async of(browser: Browser): Promise<Visitor> {
    // The certificate of the tests is nobody's.
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const tab = await context.newCDPSession(page);
    const { browserContextId = "" } = (await tab.send("Target.getTargetInfo")).targetInfo;
    return new Visitor(page, await browser.newBrowserCDPSession(), browserContextId);
  }

  /** Types an address. */
  async visit(url: string): Promise<Response> {
    const response = await this.page.goto(url);
    if (response === null) throw new Error(`no response from ${url}`);
    return response;
  }

  /** The whole jar, of all hosts and partitions. */
  async cookies() {
    const jar = { browserContextId: this.#jar };
    return (await this.#devtools.send("Storage.getCookies", jar)).cookies;
  }

  async forgetCookies(): Promise<void> {
    await this.#devtools.send("Storage.clearCookies", { browserContextId: this.#jar });
  }

  /** All that scripts have kept, and their workers. */
  async forgetSite(origin: string): Promise<void> {
    await this.page.goto("about:blank");
    const tab = await this.page.context().newCDPSession(this.page);
    await tab.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
    await tab.detach();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#devtools.detach();
    await this.page.context().close();
  }
}
