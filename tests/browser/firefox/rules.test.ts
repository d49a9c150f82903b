import { expect, test } from "vitest";
import { describeFirefox, EVIL, type FirefoxWorld, SHOP } from "./describe-firefox.ts";

const PRIVATE = "alice@cloakroom.example";

const bodyOf = ({ page }: FirefoxWorld) => page.evaluate("document.body.textContent");

/** Presses "Log out" on the page that is open. */
async function logOut({ page }: FirefoxWorld): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click("form.who button")]);
}

describeFirefox("the demo in Firefox", (world) => {
  test.each(["https", "http"] as const)(
    "its __Host- cookie is kept over %s and hidden from scripts; logout removes it",
    async (scheme) => {
      const { server, page, logIn, cookies } = world();
      const origin = server.url(scheme, scheme === "https" ? SHOP : "localhost", "");
      await logIn(origin);
      const kept = (await page.browserContext().cookies()).find(({ name }) => name === "__Host-id");
      expect(kept).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
      expect(await page.evaluate("document.cookie")).not.toContain("__Host-id");
      await page.goto(`${origin}/account`);
      expect(await bodyOf(world())).toContain(PRIVATE);
      await logOut(world());
      expect(await cookies()).not.toContain("__Host-id");
    },
  );

  test("G17 another site's form does nothing, and its link is followed as who one is", async () => {
    const { server, page, logIn, cookies } = world();
    const shop = server.url("https", SHOP, "");
    await logIn(shop);
    const before = await page.browserContext().cookies();
    server.front.page(
      "/test/lure",
      `<!doctype html><form method="post" action="${shop}/cart/add"><input name="item" value="scarf"><button>send</button></form>
      <a href="${shop}/account">to the shop</a>`,
    );
    await page.goto(server.url("https", EVIL, "/test/lure"));
    const [refused] = await Promise.all([page.waitForNavigation(), page.click("button")]);
    expect(refused?.status()).toBe(403);
    expect(await page.browserContext().cookies()).toEqual(before);
    await page.goto(server.url("https", EVIL, "/test/lure"));
    await Promise.all([page.waitForNavigation(), page.click("a")]);
    expect(await bodyOf(world())).toContain(PRIVATE);
    expect(await page.evaluate(`document.querySelector("nav .count")?.textContent`)).toBe("0");
    expect(await cookies()).toContain("__Host-id");
  });

  test("ASVS 14.3.1: Back after a logout shows nothing private", async () => {
    const { server, page, logIn } = world();
    const shop = server.url("https", SHOP, "");
    await logIn(shop);
    await page.goto(`${shop}/account`);
    expect(await bodyOf(world())).toContain(PRIVATE);
    await logOut(world());
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe("/login");
    expect(await bodyOf(world())).not.toContain(PRIVATE);
  });

  test("ASVS 14.3.1: the logout empties what scripts have kept", async () => {
    const { server, page, logIn } = world();
    await logIn(server.url("https", SHOP, ""));
    const kept = () => page.evaluate(() => [localStorage.length, sessionStorage.length]);
    await page.evaluate(() => {
      localStorage.setItem("draft", "1 Grove Lane");
      sessionStorage.setItem("draft", "1 Grove Lane");
    });
    expect(await kept()).toEqual([1, 1]);
    await logOut(world());
    expect(await kept()).toEqual([0, 0]);
  });
});
