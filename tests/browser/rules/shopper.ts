import type { Page, Response } from "playwright-core";
import { demoUsers } from "../../../examples/demo/src/accounts/users.ts";
import type { Scheme } from "../servers.ts";
import type { StoredCookie, Visitor } from "../visitor.ts";
import type { DemoServer } from "./demo-servers.ts";

export const SHOP = "shop.example";

/** A page of the front's, of the shop's origin and without a session. */
export const BLANK = "/test/blank";

const passwordOf = (name: string) => demoUsers.find(({ id }) => id === name)?.password ?? "";

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

  /** As if they had never been there. */
  async forgetSite(): Promise<void> {
    await this.#visitor.forgetSite(new URL(this.url("/")).origin);
  }

  url(path: string): string {
    return this.#server.url(this.scheme, this.host, path);
  }

  async go(path: string, page = this.page): Promise<Response | null> {
    return await page.goto(this.url(path));
  }

  /** As a script of a page does it: that costs half of what a form and its pages cost. */
  async logIn(name = "alice", page = this.page): Promise<void> {
    await this.go(BLANK, page);
    await this.post("/login", { user: name, password: passwordOf(name) }, page);
  }

  async logInByForm(name = "alice"): Promise<void> {
    await this.go("/login");
    await this.page.fill("#user", name);
    await this.page.fill("#password", passwordOf(name));
    await this.page.click("main form button:not([type=button])");
    await this.page.waitForURL(this.url("/"));
  }

  /** Sends a form from the page that is open, and gives the status in the end. */
  async post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    page = this.page,
  ): Promise<number> {
    const body = new URLSearchParams(fields).toString();
    return await page.evaluate(
      ([path, body]) =>
        fetch(path, {
          method: "POST",
          body,
          headers: { "content-type": "application/x-www-form-urlencoded" },
        }).then(({ status }) => status),
      [path, body] as const,
    );
  }

  /** By the button at the top of the page. */
  async logOut(page = this.page): Promise<void> {
    await page.click("form.who button");
    await page.waitForURL(/\/goodbye/);
  }

  async addToCart(item = "hat"): Promise<void> {
    await this.post("/cart/add", { item });
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
