import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "../../../tests/oidc/browser/browser.ts";
import { formIn } from "../../../tests/oidc/browser/page.ts";
import { Web } from "../../../tests/oidc/browser/web.ts";
import { Example } from "./example.ts";
import { listen } from "./open-page.ts";

let example: Example;
beforeAll(async () => {
  example = await Example.start();
});
afterAll(() => example.stop());

/** Fills the login form in. */
async function withPassword(browser: Browser, password: string) {
  return browser.submit(formIn(browser.page)?.action ?? "", { person: "alice", password });
}

test("the password is asked for once; signing out everywhere is seen on both open pages", async () => {
  const { provider, shop, desk } = example;
  const browser = new Browser(new Web());
  expect((await browser.type(shop)).body).toContain("Nobody is signed in");

  const login = await browser.click("/auth/login?returnTo=/");
  expect([login.url.origin, login.status]).toEqual([provider, 200]);
  expect((await withPassword(browser, "wrong")).status).toBe(401);
  const atShop = await withPassword(browser, "umbrella");
  expect(atShop.url.href).toBe(`${shop}/`);
  expect(atShop.body).toContain("Alice Ascot");

  await browser.type(desk);
  const atDesk = await browser.click("/auth/login?returnTo=/");
  expect(atDesk.url.href).toBe(`${desk}/`);
  expect(atDesk.body).toContain("Alice Ascot");
  expect((await browser.type(provider)).body.match(/signed in<\/span>/g)).toHaveLength(2);

  const open = await Promise.all([shop, desk].map((url) => listen(browser, `${url}/events`)));
  await browser.type(`${provider}/session/end`);
  for (const page of open) expect(await page.told).toContain("event: ended");
  for (const url of [shop, desk]) {
    expect((await browser.type(url)).body).toContain("Nobody is signed in");
  }
});

test("signing out at one application signs out at both", async () => {
  const { provider, shop, desk } = example;
  const browser = new Browser(new Web());
  await browser.type(desk);
  await browser.click("/auth/login?returnTo=/");
  await withPassword(browser, "umbrella");
  await browser.type(shop);
  expect((await browser.click("/auth/login?returnTo=/")).body).toContain("Alice Ascot");
  const page = await browser.submit("/auth/logout");
  expect(page.url.href).toBe(`${shop}/`);
  expect((await browser.type(desk)).body).toContain("Nobody is signed in");
  expect((await browser.type(provider)).body).toContain("Nobody is signed in");
});
