import { expect, test } from "vitest";
import { Example } from "../../../examples/sso/test/example.ts";
import { describeChromium } from "../describe-chromium.ts";

describeChromium(
  "the example of two applications",
  (_, response) => void response.end(),
  (world) => {
    test("two open pages say that the provider has signed them out, also one that was slow to listen", async () => {
      const example = await Example.start();
      const context = await world().browser.newContext();
      try {
        const shop = await context.newPage();
        await shop.goto(example.shop);
        await shop.getByRole("link", { name: "Sign in" }).click();
        await shop.getByLabel("Name").fill("alice");
        await shop.getByLabel("Password").fill("umbrella");
        await shop.getByRole("button", { name: "Sign in" }).click();
        await shop.getByText("Alice Ascot").waitFor();
        const desk = await context.newPage();
        // This page's stream is not open yet when it happens.
        const slow = Promise.withResolvers<void>();
        await desk.route("**/events", async (route) => {
          await slow.promise;
          await route.continue();
        });
        await desk.goto(example.desk);
        await desk.getByRole("link", { name: "Sign in" }).click();
        // Nobody asked for a password.
        await desk.getByText("Alice Ascot").waitFor();
        const provider = await context.newPage();
        await provider.goto(example.provider);
        await provider.getByRole("link", { name: "Sign out everywhere" }).click();
        await provider.getByRole("button", { name: "Sign out everywhere" }).click();
        await provider.getByText("Signed out everywhere").waitFor();
        slow.resolve();
        for (const page of [shop, desk]) {
          const dialog = page.getByRole("dialog");
          await dialog.waitFor();
          expect(await dialog.textContent()).toContain("You were signed out");
          await dialog.getByRole("link", { name: "Go on" }).click();
          await page.getByText("Nobody is signed in").waitFor();
        }
      } finally {
        await context.close();
        await example.stop();
      }
    });
  },
);
