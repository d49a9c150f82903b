import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeDemo, type Visitor } from "./world.ts";

describeDemo("the demo's checkout", (place) => {
  test("what is typed outlives a reload, until the server has it", async () => {
    await using visitor = await place().visitor();
    const page = await begin(visitor);
    const address = await typeAddress(page);
    await expect.poll(() => stored(page)).toContain(address.street);
    // Whoever is quicker than the session's first answer keeps what they type.
    const answer = Promise.withResolvers<void>();
    await page.route("**/session", async (route) => {
      await answer.promise;
      await route.continue();
    });
    await page.goto("/checkout/address");
    await page.getByLabel("Name").fill("Bea Lee");
    answer.resolve();
    await page.getByText("What you typed before is filled in.").waitFor();
    expect(await addressOn(page)).toEqual({ ...address, name: "Bea Lee" });
    await expect.poll(() => stored(page)).toMatch(/Bea Lee.*Grove Lane/s);
    await page.getByLabel("Name").fill(address.name);
    await page.getByLabel("Postcode").fill("?");
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByText("A postcode has 3 to 10 letters and digits").waitFor();
    expect(await addressOn(page)).toEqual({ ...address, postcode: "?" });
    await page.getByLabel("Postcode").fill(address.postcode);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.waitForURL("**/checkout/delivery");
    expect(await stored(page)).not.toContain("Grove Lane");
  });

  test("without a connection it is kept, and sent by a click once there is one", async () => {
    await using visitor = await place().visitor();
    const page = await begin(visitor);
    await visitor.context.setOffline(true);
    const address = await typeAddress(page);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByText(/^There is no connection. What you have typed is kept/).waitFor();
    expect(await addressOn(page)).toEqual(address);
    expect(await page.locator("#until").textContent()).toBe("no connection");
    await visitor.context.setOffline(false);
    await page.getByText(/^The connection is back./).waitFor();
    expect(new URL(page.url()).pathname).toBe("/checkout/address");
    await visitor.go(page, "/checkout/address");
    expect(await addressOn(page)).toEqual(address);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.waitForURL("**/checkout/delivery");
  });

  test("a session that ends half way through goes on after the login, with the forms filled", async () => {
    await using visitor = await place().visitor();
    const page = await begin(visitor);
    const address = await typeAddress(page);
    await expect.poll(() => stored(page)).toContain(address.street);
    await visitor.wait(31);
    await page.getByRole("heading", { name: "You were signed out" }).waitFor();
    expect(await page.locator("form[data-draft]").count()).toBe(0);
    await page.getByRole("link", { name: "Log in and go on" }).click();
    await page.getByLabel("Remember me").check();
    await visitor.logIn(page);
    expect(new URL(page.url()).pathname).toBe("/checkout/address");
    await page.getByText("What you typed before is filled in.").waitFor();
    expect(await addressOn(page)).toEqual(address);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByLabel("By courier").check();
    // At the second step as well, and for who is remembered without a login.
    await expect.poll(() => stored(page)).toContain("courier");
    await visitor.wait(31);
    await page.getByRole("link", { name: "Log in and go on" }).click();
    await page.waitForURL("**/checkout/delivery");
    await expect.poll(() => page.getByLabel("By courier").isChecked()).toBe(true);
    await page.getByLabel("Invoice").check();
    await page.getByRole("button", { name: "On to the review" }).click();
    await page.getByRole("heading", { name: "All as you want it?" }).waitFor();
    expect(await page.locator("main").textContent()).toMatch(/Grove Lane.*By courier/s);
    await page.getByRole("button", { name: "Place the order" }).click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
  });

  test("what one user has typed fills no form of another", async () => {
    await using visitor = await place().visitor();
    const page = await begin(visitor);
    const address = await typeAddress(page);
    await expect.poll(() => stored(page)).toContain(address.street);
    await visitor.wait(31);
    await page.getByRole("link", { name: "Log in and go on" }).click();
    await visitor.logIn(page, "bob");
    await fillCart(visitor, page);
    await visitor.go(page, "/checkout/address");
    expect(Object.values(await addressOn(page)).join("")).toBe("");
    expect(await page.locator("[data-draft-words]:not([hidden])").count()).toBe(0);
  });

  test("what is typed before the server has said who is there is kept for nobody", async () => {
    await using visitor = await place().visitor();
    const page = await begin(visitor);
    await page.route("**/session", (route) => route.abort());
    await page.goto("/checkout/address");
    const address = await typeAddress(page);
    await visitor.context.setOffline(true);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByText("There is no connection. Send it again later.").waitFor();
    expect(await stored(page)).not.toContain("Grove Lane");
    await page.unroute("**/session");
    await visitor.context.setOffline(false);
    await page.getByText(/^The connection is back./).waitFor();
    await expect.poll(() => stored(page)).toMatch(/"alice.*Grove Lane/s);
    expect(await addressOn(page)).toEqual(address);
  });

  test("a form that is sent after its session's end goes into no other session, without scripts", async () => {
    await using visitor = await place().visitor({ javaScriptEnabled: false });
    const page = await visitor.newPage();
    await page.goto("/login");
    await page.locator("#user").fill("bob");
    await page.locator("#password").fill("felt hats in a row");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("button", { name: /^Add Scarf/ }).click();
    await page.goto("/checkout/address");
    await typeAddress(page);
    await visitor.wait(31);
    await page.getByRole("button", { name: "On to delivery" }).click();
    await page.getByText("Your session has ended. Log in, and go on where you were.").waitFor();
    await page.locator("#user").fill("bob");
    await page.locator("#password").fill("felt hats in a row");
    await page.getByRole("button", { name: "Log in" }).click();
    expect(new URL(page.url()).pathname).toBe("/checkout/address");
  });
});

let houses = 0;

/** One that no session and no account has yet. */
function newAddress() {
  return { name: "Ann Lee", street: `${++houses} Grove Lane`, postcode: "LS6 2", city: "Leeds" };
}

/** Alice at the first step, with something in the cart. */
async function begin(visitor: Visitor): Promise<Page> {
  const page = await visitor.open("/login");
  await visitor.logIn(page);
  await fillCart(visitor, page);
  await visitor.go(page, "/checkout/address");
  return page;
}

async function fillCart(visitor: Visitor, page: Page): Promise<void> {
  await visitor.go(page, "/");
  await page.getByRole("button", { name: /^Add Felt hat/ }).click();
  await page.getByText("Felt hat is in your cart.").waitFor();
}

async function typeAddress(page: Page) {
  const address = newAddress();
  for (const [name, value] of Object.entries(address)) await page.locator(`#${name}`).fill(value);
  return address;
}

async function addressOn(page: Page): Promise<Record<string, string>> {
  const entries = ["name", "street", "postcode", "city"].map(
    async (name) => [name, await page.locator(`#${name}`).inputValue()] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** What the browser keeps for the shop. */
function stored(page: Page): Promise<string> {
  return page.evaluate("JSON.stringify({ ...localStorage })");
}
