import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeDemo } from "./describe-demo.ts";
import { BLANK } from "./shopper.ts";

const TABS = 4;

/** Asks for a page from a tab, as its scripts would. */
const ask = (page: Page, path: string) => page.evaluate((it) => fetch(it).then(() => {}), path);

describeDemo("several tabs at once, in Chromium", (world) => {
  const openTabs = async () => {
    const shopper = await world().shopper();
    await shopper.go(BLANK);
    // The first thing in the cart begins the session; two at once would begin two.
    await shopper.addToCart();
    const context = shopper.page.context();
    const others = Array.from({ length: TABS - 1 }, async () => {
      const page = await context.newPage();
      await shopper.go(BLANK, page);
      return page;
    });
    return { shopper, tabs: [shopper.page, ...(await Promise.all(others))] };
  };

  test("G7 what they put in the cart together is all there", async () => {
    const { shopper, tabs } = await openTabs();
    const { front } = world().server;
    const items = ["overcoat", "raincoat", "scarf", "gloves"];
    // Each something else, then all the same.
    for (const item of [(tab: number) => items[tab] ?? "", () => "umbrella"]) {
      front.together("/cart/add", TABS);
      const adding = tabs.map((tab, index) =>
        shopper.post("/cart/add", { item: item(index) }, tab),
      );
      await Promise.all(adding);
    }
    await shopper.go("/cart");
    expect(await shopper.cartCount()).toBe(1 + 2 * TABS);
  });

  test("G5, G4 a login and rotations in one log nobody out in the others, and lose nothing of the cart", async () => {
    const { shopper, tabs } = await openTabs();
    const [first, ...others] = tabs as [Page, ...Page[]];
    const rounds = 3;
    await Promise.all([shopper.logIn("alice", first), ...others.map((tab) => ask(tab, "/cart"))]);
    for (let round = 0; round < rounds; round++) {
      await Promise.all([
        shopper.post("/sessions/rotate", { back: "/cart" }, first),
        ...others.flatMap((tab) => [
          shopper.post("/cart/add", { item: "scarf" }, tab),
          ask(tab, "/cart"),
        ]),
      ]);
    }
    for (const tab of tabs) {
      await shopper.go("/cart", tab);
      expect(await shopper.user(tab)).toBe("Alice");
      expect(await shopper.cartCount(tab)).toBe(1 + rounds * others.length);
    }
  });
});
