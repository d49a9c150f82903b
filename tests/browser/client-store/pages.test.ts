import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { documents, ROOT } from "../../readme/blocks.ts";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";

interface DocumentedPage {
  readonly file: string;
  readonly shows: string | undefined;
  readonly html: string;
}

const site = await Site.of();
const BLOCK = /(?:^<!-- shows: (.*) -->\n)?^```html\n([\s\S]*?)^```$/gm;
const pages: DocumentedPage[] = documents().flatMap((file) =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(BLOCK)].map(([, shows, html = ""]) => ({
    file,
    shows,
    html,
  })),
);

describeChromium("pages of the documentation", site.listener, (world) => {
  /** Opens a page as it is written; `errors` gets what goes wrong on it. */
  async function open(context: BrowserContext, path: string, errors: string[]): Promise<Page> {
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (said) => {
      // The browser looks for an icon by itself.
      if (said.type() === "error" && !said.location().url.endsWith("/favicon.ico")) {
        errors.push(said.text());
      }
    });
    await page.goto(world().servers.url("https", "shop.example", path));
    return page;
  }

  test.each(pages)("$file shows $shows", async ({ html, shows = "" }) => {
    const context = await world().browser.newContext({ ignoreHTTPSErrors: true });
    const errors: string[] = [];
    const page = await open(context, site.add(html), errors);
    await page.getByText(shows).waitFor({ timeout: 5_000 });
    await context.close();
    expect(errors).toEqual([]);
  });

  test("the README's page keeps a draft, counts over tabs, and is empty in all of them after logout", async () => {
    const html = pages.find(({ file }) => file === "packages/browser/README.md")?.html ?? "";
    const path = site.add(html);
    const context = await world().browser.newContext({ ignoreHTTPSErrors: true });
    const errors: string[] = [];
    const one = await open(context, path, errors);
    await one.getByText("Opened 1 times").waitFor();
    await one.getByRole("textbox").fill("Dear");
    const two = await open(context, path, errors);
    await one.getByText("Opened 2 times").waitFor();
    await two.getByText("Opened 2 times").waitFor();
    expect(await two.getByRole("textbox").inputValue()).toBe("Dear");
    await two.getByRole("textbox").fill("Dear all");
    await one.waitForFunction(() => document.querySelector("textarea")?.value === "Dear all");
    await one.getByRole("button").click();
    for (const tab of [one, two]) {
      await tab.getByText("Opened 0 times").waitFor();
      expect(await tab.getByRole("textbox").inputValue()).toBe("");
    }
    await context.close();
    expect(errors).toEqual([]);
  });
});
