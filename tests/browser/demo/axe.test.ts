import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { faultsOf } from "./axe.ts";
import { describeDemo, type Visitor } from "./world.ts";

/** One for each server: the pages are the same on all of them. */
const looks: ReadonlyArray<readonly [theme: "light" | "dark", width: number, height: number]> = [
  ["light", 1280, 900],
  ["dark", 390, 844],
  ["light", 390, 844],
  ["dark", 1280, 900],
  ["light", 1280, 900],
];

describeDemo("axe finds nothing serious in the demo", (place) => {
  function visit(): Promise<Visitor> {
    const [colorScheme, width, height] = looks[place().index] ?? ["light", 1280, 900];
    return place().visitor({ colorScheme, viewport: { width, height } });
  }

  async function check(page: Page, what: string): Promise<void> {
    expect((await faultsOf(page)).join("\n"), what).toBe("");
  }

  async function shopper(visitor: Visitor): Promise<Page> {
    const page = await visitor.open("/login");
    await visitor.logIn(page, "admin");
    await page.getByRole("button", { name: /^Add Felt hat/ }).click();
    await page.getByText("Felt hat is in your cart.").waitFor();
    return page;
  }

  test("shop, login, account, sessions and users", async () => {
    await using visitor = await visit();
    const page = await visitor.open("/login?returnTo=%2Faccount&reason=expired");
    await check(page, "login");
    await visitor.logIn(page, "admin");
    await check(page, "account");
    for (const path of ["/", "/sessions", "/admin"]) {
      await visitor.go(page, path);
      await check(page, path);
    }
  });

  test("each step of the checkout, with what is said of what was typed", async () => {
    await using visitor = await visit();
    const page = await shopper(visitor);
    await visitor.go(page, "/checkout/address");
    const fields = { name: "A", street: "B 1", postcode: "?", city: "C" };
    for (const [name, value] of Object.entries(fields)) {
      await page.locator(`#${name}`).fill(value);
    }
    await visitor.context.setOffline(true);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByText("There is no connection.").waitFor();
    await visitor.context.setOffline(false);
    await page.getByText("The connection is back.").waitFor();
    await check(page, "unsent");
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByText("A postcode has 3 to 10").waitFor();
    await check(page, "address");
    await page.locator("#postcode").fill("12345");
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByLabel("By courier").check();
    await page.getByLabel("Invoice").check();
    await check(page, "delivery");
    await page.getByRole("button", { name: "On to the review" }).click();
    await page.getByRole("heading", { name: "All as you want it?" }).waitFor();
    await check(page, "review");
  });

  test("the warning, and what is left when it is over", async () => {
    await using visitor = await visit();
    const page = await shopper(visitor);
    const other = await visitor.open("/checkout/address");
    await visitor.wait(29);
    await page.getByRole("button", { name: "Stay signed in" }).waitFor();
    await check(page, "warning");
    await visitor.wait(2);
    await page.getByRole("heading", { name: "You were signed out" }).waitFor();
    await check(page, "over");
    // Somebody logs in in another tab, while this one was made for nobody.
    await visitor.go(page, "/cart");
    await other.bringToFront();
    await other.getByRole("link", { name: "Log in and go on" }).click();
    await visitor.logIn(other, "admin");
    await page.getByRole("link", { name: "Show this page to you" }).waitFor();
    await check(page, "somebody else's tab");
  });
});
