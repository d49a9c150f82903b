import { describe, expect, test } from "vitest";
import { describeDemo } from "./describe-demo.ts";
import { SHOP } from "./shopper.ts";

const PLACES = [
  { scheme: "https", host: SHOP },
  { scheme: "https", host: "localhost" },
  { scheme: "http", host: "localhost" },
] as const;

describeDemo("the session's cookie in Chromium", (world) => {
  describe.each(PLACES)("on $scheme://$host", (place) => {
    test("is set and sent, for no script, no other host and no plain connection", async () => {
      const shopper = Object.assign(await world().shopper(), place);
      await shopper.go("/");
      expect(await shopper.cookies()).toEqual([]);
      await shopper.page.click('form:has(input[value="hat"]) button');
      await shopper.page.waitForLoadState();
      const cookie = await shopper.sessionCookie();
      expect(cookie).toMatchObject({
        name: "__Host-id",
        domain: place.host,
        path: "/",
        secure: true,
        httpOnly: true,
        sameSite: "Lax",
        session: true,
      });
      expect(await shopper.page.evaluate("document.cookie")).toBe("");
      await shopper.go("/cart");
      const { request } = world().server.front.of("/cart")[0] ?? {};
      expect(request?.headers.cookie).toBe(`__Host-id=${cookie?.value}`);
      expect(await shopper.cartCount()).toBe(1);
    });
  });

  test("is another one on each host name, and a subdomain gets none", async () => {
    const shopper = await world().shopper();
    await shopper.go("/");
    await shopper.addToCart();
    shopper.host = `sub.${SHOP}`;
    await shopper.go("/cart");
    expect(world().server.front.of("/cart")[0]?.request.headers.cookie).toBeUndefined();
    expect(await shopper.cartCount()).toBe(0);
  });
});
