import { describe, expect, test } from "vitest";
import type { Scheme } from "../servers.ts";
import { describeDemo } from "./describe-demo.ts";
import { BLANK, SHOP, type Shopper } from "./shopper.ts";

const PLACES: readonly { readonly scheme: Scheme; readonly host: string }[] = [
  { scheme: "https", host: SHOP },
  { scheme: "http", host: "localhost" },
];

const keepThings = `(async () => {
  localStorage.setItem("draft", "1 Grove Lane");
  sessionStorage.setItem("draft", "1 Grove Lane");
  await new Promise((done) => {
    const opening = indexedDB.open("drafts");
    opening.onsuccess = () => { opening.result.close(); done(); };
  });
  await (await caches.open("pages")).put("/account", new Response("Alice"));
  document.cookie = "seen=1; Max-Age=1000";
})()`;

const NOTHING = { local: 0, tab: 0, databases: 0, caches: 0 };

const thingsKept = (shopper: Shopper) =>
  shopper.page.evaluate(`(async () => ({
    local: localStorage.length,
    tab: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }))()`);

describeDemo("the logout's Clear-Site-Data in Chromium", (world) => {
  describe.each(PLACES)("on $scheme://$host", (place) => {
    test("ASVS 14.3.1: empties what scripts have kept, by the redirect itself, and leaves other cookies", async () => {
      // It would keep things of its own, as that the session is over.
      world().server.front.withoutScript();
      const alice = Object.assign(await world().shopper(), place);
      await alice.logIn();
      await alice.page.evaluate(keepThings);
      expect(await thingsKept(alice)).toEqual({ local: 1, tab: 1, databases: 1, caches: 1 });
      await alice.go("/");
      await alice.logOut();
      expect(await thingsKept(alice)).toEqual(NOTHING);
      const { response } = world().server.front.of("/logout")[0] ?? {};
      expect(response?.statusCode).toBe(303);
      expect(response?.getHeader("clear-site-data")).toBe('"cache", "storage"');
      expect((await alice.cookies()).map(({ name }) => name)).toEqual(["seen"]);
      expect(await alice.user()).toBeNull();
    });

    test("G13 with \"cookies\" too, every cookie of the site goes, also a subdomain's, and the session's as ever", async () => {
      const { front } = world().server;
      front.replacing("/logout", { "clear-site-data": '"cookies"' });
      const alice = Object.assign(await world().shopper(), place);
      await alice.logIn();
      // Nothing is a subdomain's of localhost.
      if (place.host === SHOP) {
        alice.host = `sub.${SHOP}`;
        await alice.go(BLANK);
        await alice.addToCart();
        alice.host = SHOP;
        expect(await alice.cookies()).toHaveLength(2);
      }
      await alice.go("/");
      await alice.logOut();
      const lines = front.of("/logout")[0]?.response.getHeader("set-cookie");
      expect([lines].flat()[0]).toMatch(/^__Host-id=; /);
      expect(await alice.cookies()).toEqual([]);
    });
  });
});
