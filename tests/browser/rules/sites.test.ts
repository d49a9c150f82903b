import { expect, test } from "vitest";
import { type DemoWorld, describeDemo } from "./describe-demo.ts";
import { SHOP, type Shopper } from "./shopper.ts";

const EVIL = "evil.example";
const LOGIN = { user: "bob", password: "felt hats in a row" };

/** Opens a page of another site that does something to the shop. */
async function lure(shopper: Shopper, { server }: DemoWorld, text: string): Promise<void> {
  server.front.page("/test/lure", `<!doctype html><title>lure</title>${text}`);
  await shopper.page.goto(server.url("https", EVIL, "/test/lure"));
}

/** A form that another site fills in, and sends off by itself where it is told to. */
const form = (action: string, fields: Readonly<Record<string, string>>, target = "_self") =>
  `<form method="post" action="${action}" target="${target}">${Object.entries(fields)
    .map(([name, value]) => `<input name="${name}" value="${value}">`)
    .join("")}<button>send</button></form>`;

describeDemo("G17 another site, in Chromium", (world) => {
  const shopUrl = (path: string) => world().server.url("https", SHOP, path);
  /** Alice, logged in, with a hat. */
  const alice = async () => {
    const shopper = await world().shopper();
    await shopper.logIn();
    await shopper.addToCart();
    world().server.front.forget();
    return shopper;
  };

  test("leads to the shop by a link: who follows it is logged in there", async () => {
    const shopper = await alice();
    await lure(shopper, world(), `<a href="${shopUrl("/cart")}">to the shop</a>`);
    await shopper.page.click("a");
    await shopper.page.waitForURL(shopUrl("/cart"));
    const { request } = world().server.front.of("/cart")[0] ?? {};
    expect(request?.headers).toMatchObject({ "sec-fetch-site": "cross-site" });
    expect(request?.headers.cookie).toContain("__Host-id=");
    expect([await shopper.user(), await shopper.cartCount()]).toEqual(["Alice", 1]);
  });

  test("acts on nothing by a form: no cookie comes along, and it is refused", async () => {
    const shopper = await alice();
    const cookie = await shopper.sessionCookie();
    await shopper.page.evaluate(`localStorage.setItem("draft", "1 Grove Lane")`);
    for (const [path, fields] of [
      ["/cart/add", { item: "scarf" }],
      ["/logout", {}],
      ["/login", LOGIN],
    ] as const) {
      await lure(shopper, world(), form(shopUrl(path), fields));
      await shopper.page.click("button");
      const { request, response, ended } = await world().server.front.next(path);
      await ended;
      expect(request.headers.cookie).toBeUndefined();
      // To add to a cart, or to log in, would start a session: that is refused. A logout has none to end.
      expect(response.statusCode).toBe(path === "/logout" ? 303 : 403);
      expect(response.getHeader("set-cookie")).toBeUndefined();
    }
    expect(await shopper.sessionCookie()).toEqual(cookie);
    await shopper.go("/cart");
    expect([await shopper.user(), await shopper.cartCount()]).toEqual(["Alice", 1]);
    expect(await shopper.page.evaluate("localStorage.length")).toBe(1);
  });

  test("logs nobody in who was not: neither in its own tab nor in a new one", async () => {
    const shopper = await world().shopper();
    for (const target of ["_self", "_blank"]) {
      await lure(shopper, world(), form(shopUrl("/login"), LOGIN, target));
      const arrival = world().server.front.next("/login");
      await shopper.page.click("button");
      const { response, ended } = await arrival;
      await ended;
      expect(response.statusCode).toBe(403);
      world().server.front.forget();
    }
    expect(await shopper.cookies()).toEqual([]);
  });

  test("gets nothing by a frame, a picture or a script: they come without the cookie", async () => {
    const shopper = await alice();
    const cookie = await shopper.sessionCookie();
    const { front } = world().server;
    await lure(
      shopper,
      world(),
      `<iframe src="${shopUrl("/account")}"></iframe><img src="${shopUrl("/cart")}">`,
    );
    const fetched = await shopper.page.evaluate(`(async () => {
      const get = (path, init) => fetch("${shopUrl("")}" + path, { credentials: "include", ...init })
        .then((it) => it.type, () => "unreadable");
      return [
        await get("/account"),
        await get("/account", { mode: "no-cors" }),
        await get("/cart/add", { method: "POST", body: new URLSearchParams({ item: "scarf" }) }),
        await get("/logout", { method: "POST", mode: "no-cors" }),
      ];
    })()`);
    expect(fetched).toEqual(["unreadable", "opaque", "unreadable", "opaque"]);
    for (const path of ["/account", "/cart", "/cart/add", "/logout"]) {
      for (const { request, response, ended } of [await front.next(path), ...front.of(path)]) {
        await ended;
        expect(request.headers["sec-fetch-site"]).toBe("cross-site");
        expect(request.headers.cookie).toBeUndefined();
        expect(response.getHeader("set-cookie")).toBeUndefined();
      }
    }
    expect(await shopper.sessionCookie()).toEqual(cookie);
    await shopper.go("/cart");
    expect([await shopper.user(), await shopper.cartCount()]).toEqual(["Alice", 1]);
  });

  test("a subdomain is refused too, though the browser takes it for the same site and sends the cookie along where the cookie is its own", async () => {
    const shopper = await alice();
    const { server } = world();
    server.front.page("/test/lure", form(shopUrl("/cart/add"), { item: "scarf" }));
    await shopper.page.goto(server.url("https", `blog.${SHOP}`, "/test/lure"));
    await shopper.page.click("button");
    await shopper.page.waitForURL(shopUrl("/cart/add"));
    const { request, response } = server.front.of("/cart/add")[0] ?? {};
    expect(request?.headers["sec-fetch-site"]).toBe("same-site");
    expect(request?.headers.cookie).toContain("__Host-id=");
    expect(response?.statusCode).toBe(403);
    await shopper.go("/cart");
    expect(await shopper.cartCount()).toBe(1);
  });
});
