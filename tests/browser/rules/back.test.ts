import { expect, test } from "vitest";
import { Visitor } from "../visitor.ts";
import { type DemoWorld, describeDemo } from "./describe-demo.ts";
import { Screen } from "./screen.ts";
import { Shopper } from "./shopper.ts";

const PRIVATE = "alice@cloakroom.example";

/** Alice has looked at her account, and at other pages after it. */
async function lookAtAccount({ browser, server }: DemoWorld) {
  const visitor = await Visitor.of(browser);
  const alice = new Shopper(visitor, server);
  const screen = new Screen(server.front);
  await alice.page.addInitScript(Screen.script);
  await alice.logIn();
  await alice.go("/account");
  expect((await screen.shows("/account")).text).toContain(PRIVATE);
  return {
    alice,
    screen,
    /** Back by so many pages. Playwright must not wait for it: it does not see a page that is restored. */
    goBack(pages: number) {
      void alice.page.evaluate(`history.go(${-pages})`).catch(() => {});
    },
    [Symbol.asyncDispose]: () => visitor[Symbol.asyncDispose](),
  };
}

describeDemo(
  "Back after a logout, in Chromium",
  (world) => {
    test("ASVS 14.3.1: shows nothing of the account, neither from the page before nor from the one before that", async () => {
      for (const pages of [1, 2]) {
        await using visit = await lookAtAccount(world());
        const { alice, screen, goBack } = visit;
        if (pages === 2) await alice.go("/cart");
        await alice.logOut();
        await screen.shows("/goodbye");
        goBack(pages);
        const shown = await screen.shows("/account", "/login");
        expect(shown).toMatchObject({ path: "/login", restored: false });
        expect(shown.text).not.toContain(PRIVATE);
      }
    });

    test("ASVS 14.3.1: nor after a logout in another tab", async () => {
      await using visit = await lookAtAccount(world());
      const { alice, screen, goBack } = visit;
      await alice.go("/cart");
      const other = await alice.page.context().newPage();
      await alice.go("/", other);
      await alice.logOut(other);
      goBack(1);
      expect(await screen.shows("/account", "/login")).toMatchObject({ path: "/login" });
    });

    test("as it would if the account did not say no-store, and its page had no script", async () => {
      world().server.front.withoutScript();
      world().server.front.replacing("/account", { "cache-control": "private" });
      await using visit = await lookAtAccount(world());
      const { alice, screen, goBack } = visit;
      await alice.logOut();
      await screen.shows("/goodbye");
      goBack(1);
      const shown = await screen.shows("/account", "/login");
      expect(shown).toMatchObject({ path: "/account", restored: true });
      expect(shown.text).toContain(PRIVATE);
    });
  },
  { ignoreDefaultArgs: ["--disable-back-forward-cache"] },
);
