import { cookiePolicy, type LooseCookieOptions } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { clearCookie, setCookie } from "../../packages/core/src/cookie/write.ts";
import { describeChromium } from "./describe-chromium.ts";
import { Pages } from "./pages.ts";
import type { Visitor } from "./visitor.ts";

const pages = new Pages();
const HOST = "shop.example";
/** Where the shop is shown: in a frame of two other sites, and by itself. */
const TOPS = ["other.example", "third.example", HOST];

describeChromium("G16 Partitioned in Chromium", pages.listener, (world) => {
  /** What the shop is sent, shown under `top`; it answers with these lines. */
  const show = async (
    { page }: Visitor,
    top: string,
    lines: readonly string[] = [],
  ): Promise<string | null> => {
    const shop = world().servers.url("https", HOST, pages.setting(lines));
    if (top === HOST) {
      await page.goto(shop);
      return await page.locator("body").textContent();
    }
    await page.goto(world().servers.url("https", top, pages.framing(shop)));
    return await page.frameLocator("iframe").locator("body").textContent();
  };

  test("G13 is a jar for each top-level site, and removal concerns one of them", async () => {
    const policy = cookiePolicy({ sameSite: "none", partitioned: true });
    const visitor = await world().regular();
    for (const top of TOPS) expect(await show(visitor, top, [setCookie(policy, top)])).toBe("");
    for (const top of TOPS) expect(await show(visitor, top)).toBe(`__Host-id=${top}`);
    expect((await visitor.cookies()).map(({ partitionKey }) => partitionKey)).toEqual([
      { topLevelSite: "https://other.example", hasCrossSiteAncestor: true },
      { topLevelSite: "https://third.example", hasCrossSiteAncestor: true },
      { topLevelSite: "https://shop.example", hasCrossSiteAncestor: false },
    ]);

    expect(await show(visitor, "third.example", [clearCookie(policy)])).not.toBe("");
    expect(await show(visitor, "third.example")).toBe("");
    expect(await show(visitor, "other.example")).not.toBe("");
    expect(await show(visitor, HOST)).not.toBe("");
  });

  describe("in a frame of another site", () => {
    const keep = async (options: LooseCookieOptions) => {
      const visitor = await world().regular();
      await show(visitor, "other.example", [setCookie(cookiePolicy(options), "v")]);
      return (await visitor.cookies()).length === 1;
    };

    test("a cookie is kept that says SameSite=None too", async () => {
      expect(await keep({ sameSite: "none", partitioned: true })).toBe(true);
    });

    test.each([
      { sameSite: "none", partitioned: false },
      { sameSite: "lax", partitioned: true },
      { sameSite: "strict", partitioned: true },
    ] as const)("%o is dropped", async (options) => {
      expect(await keep(options)).toBe(false);
    });
  });

  test.each(TOPS)(
    "holds 10 KiB of one site under %s: a third large cookie evicts the first",
    async (top) => {
      const visitor = await world().regular();
      for (const name of ["a", "b", "c"]) {
        const policy = cookiePolicy({ name, sameSite: "none", partitioned: true });
        await show(visitor, top, [setCookie(policy, "v".repeat(4_095))]);
      }
      expect((await visitor.cookies()).map(({ name }) => name)).toEqual(["b", "c"]);
    },
  );
});
