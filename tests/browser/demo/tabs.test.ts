import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeDemo } from "./world.ts";

describeDemo("the demo in several tabs", (place) => {
  test("a logout in one tab is seen in the others within a second, and takes drafts along", async () => {
    await using visitor = await place().visitor();
    const page = await visitor.open("/login?returnTo=%2Faccount");
    await visitor.logIn(page);
    await page.goto("/");
    await page.getByRole("button", { name: /^Add Felt hat/ }).click();
    const checkout = await visitor.open("/checkout/address");
    await checkout.getByLabel("City").fill("Leeds");
    await expect.poll(() => stored(checkout)).toContain("Leeds");
    const others = [checkout, await visitor.open("/account")];
    await page.bringToFront();
    await page.locator(".who").getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("**/goodbye?visit=*");
    for (const other of others) {
      await other.getByRole("heading", { name: "You have signed out" }).waitFor({ timeout: 1_000 });
      expect(await other.locator("body").textContent()).not.toMatch(/alice|Alice|Leeds/);
    }
    expect(await stored(checkout)).not.toContain("Leeds");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Here is your coat");
  });

  test("a login in one tab is told in the others, and who was put away is back", async () => {
    await using visitor = await place().visitor();
    const first = await visitor.open("/login");
    const visitorPage = await visitor.open("/cart");
    await visitor.logIn(first);
    await visitorPage.getByText("You are signed in as alice, in another tab.").last().waitFor();
    await visitorPage.bringToFront();
    await visitorPage.getByRole("link", { name: "Show this page to you" }).click();
    await visitorPage.locator(".who").waitFor();
    await visitor.arrive(visitorPage);
    await visitor.wait(31);
    // Tabs of a test have a clock each: the one that jumps later is told of the end by the other, before it is due by its own.
    for (const page of [first, visitorPage]) {
      await page.getByRole("heading", { name: /^(You were signed|Signed) out/ }).waitFor();
    }
    await first.bringToFront();
    await first.getByRole("link", { name: "Log in and go on" }).click();
    await visitor.logIn(first);
    await visitorPage.getByRole("heading", { name: "Your cart" }).waitFor();
    expect(await visitorPage.locator(".who span").textContent()).toBe("Alice");
  });

  test("what was for one user is not shown to the next", async () => {
    await using visitor = await place().visitor();
    const page = await visitor.open("/login?returnTo=%2Faccount");
    await visitor.logIn(page);
    const other = await visitor.open("/account");
    // Their session is forgotten, as by a browser that was closed, and bob comes.
    await visitor.context.clearCookies();
    await page.goto("/login");
    await visitor.logIn(page, "bob");
    await other.getByRole("heading", { name: "This page was for somebody else" }).waitFor();
    expect(await other.locator("body").textContent()).not.toContain("alice");
    await other.bringToFront();
    await other.getByRole("link", { name: "Show this page to you" }).click();
    await other.getByRole("heading", { name: "Bob" }).waitFor();
  });
});

/** What the browser keeps for the shop. */
function stored(page: Page): Promise<string> {
  return page.evaluate("JSON.stringify({ ...localStorage })");
}
