import { describe, expect, test } from "vitest";
import { type DemoWorld, describeDemo } from "./describe-demo.ts";
import { BLANK, SHOP } from "./shopper.ts";

/** Service workers that pages have: one passes everything on, one keeps what it may and shows that first. */
const WORKERS = {
  passing: `addEventListener("fetch", (event) => event.respondWith(fetch(event.request)));`,
  caching: `addEventListener("fetch", (event) => event.respondWith(answer(event.request)));
    async function answer(request) {
      if (request.method !== "GET" || request.mode !== "navigate") return fetch(request);
      const cache = await caches.open("pages");
      const known = await cache.match(request);
      if (known) return known;
      const response = await fetch(request);
      const isPrivate = /no-store/.test(response.headers.get("cache-control") ?? "");
      if (response.ok && !isPrivate) await cache.put(request, response.clone());
      return response;
    }`,
};

const TAKE_OVER = `
  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));`;

/** Puts a worker between the shop and its visitor. */
async function behind(worker: keyof typeof WORKERS, world: DemoWorld) {
  const { front } = world.server;
  const shopper = await world.shopper();
  front.page("/test-sw.js", WORKERS[worker] + TAKE_OVER, "text/javascript");
  await shopper.go(BLANK);
  // The script's path decides of which pages it is told.
  await shopper.page.evaluate(`(async () => {
    await navigator.serviceWorker.register("/test-sw.js");
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((done) => { navigator.serviceWorker.oncontrollerchange = done; });
    }
  })()`);
  // A worker outlives the test that has brought it.
  return { shopper, [Symbol.asyncDispose]: () => shopper.forgetSite() };
}

describeDemo("a service worker between, in Chromium", (world) => {
  describe.each(["passing", "caching"] as const)("a %s one", (worker) => {
    test("the session is opened, kept and ended as without", async () => {
      await using visit = await behind(worker, world());
      const { shopper } = visit;
      const { server } = world();
      await shopper.logInByForm();
      const cookie = await shopper.sessionCookie();
      expect(cookie).toMatchObject({ httpOnly: true, secure: true });
      await shopper.addToCart();
      await shopper.go("/cart");
      expect([await shopper.user(), await shopper.cartCount()]).toEqual(["Alice", 1]);
      // It was the worker who asked.
      expect(server.front.of("/cart")[0]?.request.headers["sec-fetch-dest"]).toBe("empty");
      await shopper.logOut();
      expect(await shopper.cookies()).toEqual([]);
      await shopper.go("/account");
      expect(shopper.page.url()).toContain("/login");
      expect(await shopper.page.textContent("body")).not.toContain("alice@cloakroom.example");
    });

    test("G17 another site is refused as without", async () => {
      await using visit = await behind(worker, world());
      const { shopper } = visit;
      const { server } = world();
      await shopper.logIn();
      await shopper.addToCart();
      server.front.forget();
      const action = server.url("https", SHOP, "/cart/add");
      server.front.page(
        "/test/lure",
        `<!doctype html><form method="post" action="${action}"><input name="item" value="scarf"><button>send</button></form>`,
      );
      for (const host of ["evil.example", `blog.${SHOP}`]) {
        await shopper.page.goto(server.url("https", host, "/test/lure"));
        await shopper.page.click("button");
        await shopper.page.waitForURL(action);
      }
      for (const { response } of server.front.of("/cart/add")) {
        expect(response.statusCode).toBe(403);
      }
      expect(server.front.of("/cart/add")).toHaveLength(2);
      await shopper.go("/cart");
      expect(await shopper.cartCount()).toBe(1);
    });
  });
});
