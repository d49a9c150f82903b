import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";
import { BACKENDS, openTabs } from "./tabs.ts";

const site = await Site.of();
const INCREMENTS = 500;

interface Job {
  readonly backend: (typeof BACKENDS)[number];
  readonly times: number;
}

/** One after the other, as a page would that counts. */
const increment = (page: Page, job: Job) =>
  page.evaluate(async ({ backend, times }) => {
    const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
    for (let i = 0; i < times; i++) await store.update("n", (n = 0) => n + 1);
    store.close();
  }, job);

const count = (page: Page, backend: Job["backend"]) =>
  page.evaluate(async (backend) => {
    const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
    // As an update sees it: `get` may be a few milliseconds behind another tab.
    return await store.update("n", (n = 0) => n);
  }, backend);

describeChromium("G7 updates of two tabs", site.listener, (world) => {
  test.each(["local", "indexeddb"] as const)(
    "in %s: 500 and 500 increments are 1,000",
    async (backend) => {
      await using visitor = await openTabs(world(), 2);
      const [one, two] = visitor.tabs as [Page, Page];
      const job = { backend, times: INCREMENTS };
      await Promise.all([increment(one, job), increment(two, job)]);
      expect(await count(two, backend)).toBe(1_000);
      expect(await count(one, backend)).toBe(1_000);
    },
  );

  test("run in processes of their own, where a lock alone loses updates of localStorage", async () => {
    await using visitor = await openTabs(world(), 2);
    const [one, two] = visitor.tabs as [Page, Page];
    const naive = (page: Page) =>
      page.evaluate(async () => {
        for (let i = 0; i < 1_000; i++) {
          await navigator.locks.request("naive", () => {
            localStorage.setItem("n", `${Number(localStorage.getItem("n")) + 1}`);
          });
        }
      });
    await Promise.all([naive(one), naive(two)]);
    const ends = await one.evaluate(() => Number(localStorage.getItem("n")));
    // Should this come to be 2,000, backend/revision.ts is needed no more.
    expect(ends).toBeLessThan(2_000);
  });

  test("in IndexedDB need no Web Locks, which plain HTTP has none of", async () => {
    await using visitor = await openTabs(world(), 2, "http");
    const [one, two] = visitor.tabs as [Page, Page];
    expect(await one.evaluate(() => "locks" in navigator)).toBe(false);
    const job = { backend: "indexeddb", times: INCREMENTS } as const;
    await Promise.all([increment(one, job), increment(two, job)]);
    expect(await count(one, "indexeddb")).toBe(1_000);
  });

  test("in local: wait for nothing that somebody removed", async () => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async () => {
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend: "local" });
      await store.set("n", 7);
      localStorage.clear();
      return [await store.update("n", (n = 0) => n + 1), await store.update("n", (n = 0) => n + 1)];
    });
    expect(seen).toEqual([1, 2]);
  });

  test("in session: a tab and a frame in it share one storage, and end at 1,000", async () => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    await page.evaluate(async () => {
      const frame = document.createElement("iframe");
      frame.src = "/";
      document.body.append(frame);
      await new Promise((loaded) => frame.addEventListener("load", loaded));
    });
    const framed = page.frames()[1] as unknown as Page;
    await framed.waitForFunction(() => globalThis.coatcheck !== undefined);
    const job = { backend: "session", times: INCREMENTS } as const;
    await Promise.all([increment(page, job), increment(framed, job)]);
    expect(await count(page, "session")).toBe(1_000);
  });

  test("in session: a tab opened by another begins with a copy, and each goes on alone", async () => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    await increment(page, { backend: "session", times: 3 });
    const opening = page.waitForEvent("popup");
    await page.evaluate(() => void window.open("/"));
    const opened = await opening;
    await opened.waitForFunction(() => globalThis.coatcheck !== undefined);
    await increment(opened, { backend: "session", times: 2 });
    await increment(page, { backend: "session", times: 10 });
    expect([await count(page, "session"), await count(opened, "session")]).toEqual([13, 5]);
  });

  test.each(BACKENDS)("in %s: 200 at once in one tab are 200", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    const seen = await page.evaluate(async (backend) => {
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
      const each = Array.from({ length: 200 }, () => store.update("n", (n = 0) => n + 1));
      return await Promise.all(each);
    }, backend);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  test.each(["local", "indexeddb"] as const)(
    "in %s: a set of another tab is before or after an update, never within",
    async (backend) => {
      await using visitor = await openTabs(world(), 2);
      const [one, two] = visitor.tabs as [Page, Page];
      const updates = one.evaluate(async (backend) => {
        const store = coatcheck.clientStore<{ n: number[] }>({ name: "shop", backend });
        for (let i = 0; i < 100; i++) await store.update("n", ([a = 0, b = 0] = []) => [a + 1, b]);
      }, backend);
      // Only ever raised, so that an update that wrote over one would be seen.
      const sets = two.evaluate(async (backend) => {
        const store = coatcheck.clientStore<{ n: number[] }>({ name: "shop", backend });
        for (let i = 1; i <= 100; i++) {
          await store.set("n", [0, i]);
          const kept = await store.update("n", (it = []) => it);
          if (kept[1] !== i) return `${kept} after ${i}`;
        }
        return "kept";
      }, backend);
      const [kept] = await Promise.all([sets, updates]);
      expect(kept).toBe("kept");
    },
  );
});
