import { Readable } from "node:stream";
import type { TestRoute } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { json, stream } from "../../../packages/testkit/src/framework/route.ts";
import { describeApps } from "./describe-apps.ts";

/** A handler that waits for the test, half-way through its page. */
const pause = { reached: Promise.withResolvers<void>(), over: Promise.withResolvers<void>() };

function holdPages(): void {
  pause.reached = Promise.withResolvers();
  pause.over = Promise.withResolvers();
}

const routes: Record<string, TestRoute> = {
  "/page": stream(({ session, header }) => {
    header("content-type", "text/html; charset=utf-8");
    session.set("early", 1);
    return Readable.from(
      (async function* () {
        yield '<!doctype html><title>page</title><p id="first">first</p>';
        session.set("during", 1);
        pause.reached.resolve();
        await pause.over.promise;
        session.set("late", 1);
        yield '<p id="last">last</p>';
      })(),
      { objectMode: false },
    );
  }),
  "/data": json(({ session }) => ({ ...session.data })),
};

describeApps("G11 a page that streams, in Chromium", { routes }, (world) => {
  const SHOP = "shop.example";
  /** Somebody who sees the first half of the page. */
  const halfWay = async () => {
    holdPages();
    const visitor = await world().visitor();
    await visitor.page.goto(world().url(SHOP, "/page"), { waitUntil: "commit" });
    await visitor.page.waitForSelector("#first");
    await pause.reached.promise;
    /** What the session holds by now. */
    const data = async () => {
      const [{ name, value } = { name: "", value: "" }] = await visitor.cookies();
      const session = await world().sessions.open({ headers: { cookie: `${name}=${value}` } });
      return { ...session.data };
    };
    return { visitor, data };
  };

  test("is seen, and its cookie and what was saved before it are there, before it ends", async () => {
    const { visitor, data } = await halfWay();
    expect(await visitor.page.locator("#last").count()).toBe(0);
    expect(await visitor.cookies()).toMatchObject([{ name: "__Host-id" }]);
    expect(await data()).toEqual({ early: 1 });
    pause.over.resolve();
    await visitor.page.waitForLoadState();
    expect(await visitor.page.locator("#last").count()).toBe(1);
    expect(await data()).toEqual({ early: 1, during: 1, late: 1 });
  });

  test("loses nothing of what was saved if its visitor goes away in the middle", async () => {
    const { visitor, data } = await halfWay();
    const response = await visitor.visit(world().url(SHOP, "/data"));
    expect(await response.json()).toEqual({ early: 1 });
    pause.over.resolve();
    // What the handler had done meanwhile is saved at the end, which came early.
    await expect.poll(data).toEqual({ early: 1, during: 1 });
    expect(await visitor.cookies()).toHaveLength(1);
  });
});
