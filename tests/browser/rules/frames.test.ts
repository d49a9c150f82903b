import { Readable } from "node:stream";
import type { TestRoute } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { json, stream } from "../../../packages/testkit/src/framework/route.ts";
import { describeApps } from "./describe-apps.ts";

const SHOP = "shop.example";
const TOPS = ["other.example", "third.example"];

const html = (text: string) => Readable.from([`<!doctype html><title>page</title>${text}`]);

const routes: Record<string, TestRoute> = {
  /** Any site's page, with a frame of `?` in it. */
  "/top": stream(({ raw, header }) => {
    header("content-type", "text/html; charset=utf-8");
    return html(`<iframe src="${decodeURIComponent(raw.url?.split("?")[1] ?? "")}"></iframe>`);
  }),
  "/form": stream(({ header }) => {
    header("content-type", "text/html; charset=utf-8");
    return html(
      '<form method="post" action="/visit" enctype="text/plain"><button>visit</button></form>',
    );
  }),
  "/visit": json(({ session }) => {
    session.update("visits", (visits) => Number(visits ?? 0) + 1);
    return { visits: session.get("visits") };
  }),
  "/login": json(({ session }) => session.login("ann")),
  "/logout": json(({ session }) => session.destroy()),
  "/who": json(({ session }) => ({ user: session.userId ?? "nobody" })),
};

const cookie = { sameSite: "none", partitioned: true } as const;

describeApps(
  "a partitioned session in a frame, in Chromium",
  { options: { cookie }, routes },
  (world) => {
    const open = async () => {
      const visitor = await world().visitor();
      /** What the shop answers in a frame of another site, or by itself. */
      const ask = async (top: string, path: string): Promise<string | null> => {
        const shop = world().url(SHOP, path);
        if (top === SHOP) return (await visitor.visit(shop)).text();
        await visitor.page.goto(world().url(top, `/top?${encodeURIComponent(shop)}`));
        return visitor.page.frameLocator("iframe").locator("body").textContent();
      };
      return { visitor, ask };
    };

    test("is another one under each site, and by itself", async () => {
      const { visitor, ask } = await open();
      for (const top of [...TOPS, SHOP]) expect(await ask(top, "/visit")).toContain('"visits":1');
      for (const top of [...TOPS, SHOP]) expect(await ask(top, "/visit")).toContain('"visits":2');
      const kept = await visitor.cookies();
      expect(kept.map(({ name, partitionKey }) => [name, partitionKey?.topLevelSite])).toEqual(
        [...TOPS, SHOP].map((site) => ["__Host-id", `https://${site}`]),
      );
      expect(new Set(kept.map(({ value }) => value)).size).toBe(3);
    });

    test("a login and a logout concern one of them", async () => {
      const { ask } = await open();
      const [one, other] = TOPS as [string, string];
      await ask(one, "/login");
      await ask(other, "/login");
      expect(await ask(SHOP, "/who")).toContain("nobody");
      await ask(one, "/logout");
      expect(await ask(one, "/who")).toContain("nobody");
      expect(await ask(other, "/who")).toContain("ann");
    });

    test("G17 its own form acts, and one of the page around it does not", async () => {
      const { visitor, ask } = await open();
      const [top] = TOPS as [string];
      await ask(top, "/form");
      const frame = visitor.page.frameLocator("iframe");
      await frame.locator("button").click();
      await frame.getByText('"visits":1').waitFor();
      const action = world().url(SHOP, "/visit");
      const refused = visitor.page.waitForResponse(action);
      await visitor.page.evaluate(`document.body.innerHTML =
      '<form method="post" action="${action}" enctype="text/plain" target="inner"></form><iframe name="inner"></iframe>';
      document.forms[0].submit();`);
      expect((await refused).status()).toBe(403);
      expect(await ask(top, "/visit")).toContain('"visits":2');
    });
  },
);
