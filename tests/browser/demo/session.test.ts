import { expect, test } from "vitest";
import { storageKinds, storageWords } from "../../../examples/demo/src/storage/kinds.ts";
import { describeDemo } from "./world.ts";

describeDemo("the demo's pages and their session", (place) => {
  test("a page says who is signed in and until when", async () => {
    await using visitor = await place().visitor();
    const page = await visitor.open("/login");
    expect(await page.locator("#live-state").textContent()).toBe("anonymous");
    expect(await page.locator("#live-user").textContent()).toBe("nobody");
    await visitor.logIn(page);
    expect(await page.locator("#live-state").textContent()).toBe("signed-in");
    expect(await page.locator("#live-user").textContent()).toBe("alice");
    expect(await page.locator("#until").textContent()).toMatch(/^until .*\d\d:\d\d$/);
    expect(await page.locator("#live-ends").textContent()).toMatch(/^in (30|29) minutes/);
    expect(await page.locator("#says").textContent()).toBe("");
  });

  test("a session warns before its end, and goes on for who wants to stay", async () => {
    // Wherever it lives: of the five servers each takes another place.
    const kind = storageKinds[place().index % storageKinds.length] ?? "store";
    await using visitor = await place().visitor();
    const page = await visitor.open("/login?returnTo=%2Faccount");
    await page.getByRole("button", { name: storageWords[kind], exact: true }).click();
    await visitor.logIn(page);
    const other = await visitor.open("/cart");
    await page.getByRole("link", { name: "Sessions", exact: true }).focus();
    await visitor.wait(28.5);
    for (const tab of [page, other]) {
      await tab
        .getByText(/You will be signed out in (90|[78]\d) seconds/)
        .first()
        .waitFor();
      expect(await tab.locator("#warning").isVisible()).toBe(true);
    }
    // Said once, and not again with each second.
    expect(await page.locator("#says").textContent()).toMatch(/signed out in (90|[78]\d) seconds/);
    await visitor.wait(0.5);
    await page.getByText(/You will be signed out in (60|[45]\d) seconds/).waitFor();
    expect(await page.locator("#says").textContent()).toMatch(/signed out in (90|[78]\d) seconds/);
    const stay = page.getByRole("button", { name: "Stay signed in" });
    await stay.focus();
    await page.keyboard.press("Enter");
    for (const tab of [page, other]) await tab.locator("#warning").waitFor({ state: "hidden" });
    await expect.poll(() => page.locator("#says").textContent()).toBe("You stay signed in.");
    await page.locator(":focus", { hasText: /^Sessions$/ }).waitFor();
    await visitor.wait(27);
    await visitor.go(page, "/account");
    expect(await page.locator(".who span").textContent()).toBe("Alice");
  });

  test("what is on a page goes with the session, and comes back with a login", async () => {
    await using visitor = await place().visitor();
    const page = await visitor.open("/login?returnTo=%2Faccount");
    await visitor.logIn(page);
    expect(await page.content()).toContain("alice@cloakroom.example");
    await visitor.wait(31);
    await page.getByRole("heading", { name: "You were signed out" }).waitFor();
    await page.locator("h1:focus").waitFor();
    expect(await page.locator("body").textContent()).not.toContain("alice");
    expect(await page.locator(".who, #ticket, #warning").count()).toBe(0);
    await page.getByRole("link", { name: "Log in and go on" }).click();
    await page.getByText("Your session has ended. Log in, and go on where you were.").waitFor();
    await visitor.logIn(page);
    expect(new URL(page.url()).pathname).toBe("/account");
  });

  test("a session that is ended by another browser is over on its pages", async () => {
    await using visitor = await place().visitor();
    await using elsewhere = await place().visitor();
    const page = await visitor.open("/login?returnTo=%2Faccount");
    await visitor.logIn(page, "bob");
    const other = await elsewhere.open("/login?returnTo=%2Fsessions");
    await elsewhere.logIn(other, "bob");
    await other.getByRole("button", { name: /^End all/ }).click();
    await page.getByRole("heading", { name: "Signed out elsewhere" }).waitFor();
    expect(await page.locator("body").textContent()).not.toContain("bob@");
  });

  test("without scripts the same forms log in and out, and nothing is promised", async () => {
    await using visitor = await place().visitor({ javaScriptEnabled: false });
    const page = await visitor.newPage();
    await page.goto("/login?returnTo=%2Faccount");
    await page.locator("#user").fill("alice");
    await page.locator("#password").fill("a camel coat, lined");
    await page.getByRole("button", { name: "Log in" }).click();
    expect(new URL(page.url()).pathname).toBe("/account");
    expect(await page.locator("#live, #warning, #until").evaluateAll((all) => all.length)).toBe(3);
    for (const id of ["#live", "#warning", "#until"]) {
      expect(await page.locator(id).isVisible()).toBe(false);
    }
    await page.locator(".who").getByRole("button", { name: "Log out" }).click();
    expect(new URL(page.url()).pathname).toBe("/goodbye");
    await page.goto("/account");
    expect(new URL(page.url()).pathname).toBe("/login");
  });

  test("the script is one module of the demo's own, for good, and the pages let in no other", async () => {
    await using visitor = await place().visitor();
    const page = await visitor.newPage();
    const response = await page.goto("/");
    expect(await response?.headerValue("content-security-policy")).toContain("script-src 'self';");
    const scripts = await page
      .locator("script")
      .evaluateAll((all) =>
        all.map((it) => `${it.getAttribute("type")} ${it.getAttribute("src")}${it.textContent}`),
      );
    expect(scripts).toEqual([expect.stringMatching(/^module \/client\/page\.js\?v=[\w-]{8}$/)]);
    const script = await page.request.get(scripts[0]?.split(" ")[1] ?? "");
    expect(script.headers()).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
    });
    expect(script.headers()).not.toHaveProperty("set-cookie");
    const asked = await page.request.get("/session");
    expect(asked.headers()).toMatchObject({ "cache-control": "no-store" });
    expect(await asked.json()).toMatchObject({ signedIn: false });
  });

  test("who is logged in already is sent on, and to no other site", async () => {
    await using visitor = await place().visitor();
    const page = await visitor.open("/login");
    await visitor.logIn(page);
    for (const [returnTo, path] of [
      ["/cart", "/cart"],
      ["//evil.example/", "/sessions"],
      ["https://evil.example/", "/sessions"],
      ["/\\evil.example", "/sessions"],
    ] as const) {
      await visitor.go(page, `/login?returnTo=${encodeURIComponent(returnTo)}`);
      expect(page.url()).toBe(`http://localhost:${place().port}${path}`);
    }
  });
});
