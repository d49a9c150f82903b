import type { Page, Response } from "playwright-core";
import { demoUsers } from "../../../examples/demo/src/accounts/users.ts";
import type { Scheme } from "../servers.ts";
import type { StoredCookie, Visitor } from "../visitor.ts";
import type { DemoServer } from "./demo-servers.ts";

export const SHOP = "shop.example";

/** Somebody at one of the demo's servers, with a jar of their own. */
export class Shopper {
  readonly page: Page;
  readonly #visitor: Visitor;
  readonly #server: DemoServer;
  /** Where they shop. */
  scheme: Scheme = "https";
  host = SHOP;

  constructor(visitor: Visitor, server: DemoServer) {
    this.#visitor = visitor;
    this.page = visitor.page;
    this.#server = server;
  }

  /** Without cookies, and with one tab. */
  async beginAnew(): Promise<void> {
    const others = this.page
      .context()
      .pages()
      .filter((it) => it !== this.page);
    await Promise.all(others.map((it) => it.close()));
    await this.page.goto("about:blank");
    await this.#visitor.forgetCookies();
  }

  url(path: string): string {
    return this.#server.url(this.scheme, this.host, path);
  }

  async go(path: string, page = this.page): Promise<Response | null> {
    return await page.goto(this.url(path));
  }

  async logIn(name = "alice", page = this.page): Promise<void> {
    await this.go("/login", page);
    const { password = "" } = demoUsers.find(({ id }) => id === name) ?? {};
    await page.fill("#user", name);
    await page.fill("#password", password);
    await page.click("main form button:not([type=button])");
    await page.waitForURL(this.url("/"));
  }

  /** By the button at the top of the page. */
  async logOut(page = this.page): Promise<void> {
    await page.click("form.who button");
    await page.waitForURL(/\/goodbye/);
  }

  async addToCart(item = "hat", page = this.page): Promise<void> {
    await page.click(`form:has(input[value="${item}"]) button`);
    await page.waitForLoadState();
  }

  /** Who is logged in, by the page that is shown. */
  async user(page = this.page): Promise<string | null> {
    const name = page.locator("form.who span");
    return (await name.count()) > 0 ? await name.textContent() : null;
  }

  async cartCount(page = this.page): Promise<number> {
    return Number(await page.locator("nav .count").textContent());
  }

  /** The session's cookie as the browser keeps it. */
  async sessionCookie(): Promise<StoredCookie | undefined> {
    return (await this.#visitor.cookies()).find(({ name }) => name === "__Host-id");
  }

  /** The public half of its token. */
  async sessionId(): Promise<string> {
    return (await this.sessionCookie())?.value.split(".", 1)[0] ?? "";
  }

  async cookies(): Promise<StoredCookie[]> {
    return await this.#visitor.cookies();
  }
}
