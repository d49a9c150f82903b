import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";
import { BACKENDS, openTabs } from "./tabs.ts";

const site = await Site.of();

/** Starts a listener in the page; what it has seen, when there are `count`. */
async function listen(page: Page, backend: (typeof BACKENDS)[number], count: number) {
  const started = await page.evaluateHandle(
    ({ backend, count }) => {
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
      const seen: unknown[] = [];
      const done = new Promise<unknown[]>((resolve) => {
        store.onChange(async (change) => {
          const value = change.key === null ? await store.keys() : await store.get(change.key);
          seen.push([change.key, change.remote, value]);
          if (seen.length === count) resolve(seen);
        });
      });
      return { done };
    },
    { backend, count },
  );
  return { seen: () => started.evaluate(({ done }) => done) };
}

describeChromium("changes over tabs", site.listener, (world) => {
  test.each(["local", "indexeddb"] as const)(
    "in %s: each tab hears each, and reads then what was written",
    async (backend) => {
      await using visitor = await openTabs(world(), 2);
      const [one, two] = visitor.tabs as [Page, Page];
      const heard = await listen(two, backend, 42);
      await one.evaluate(async (backend) => {
        const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
        for (let i = 1; i <= 40; i++) await store.set("n", i);
        await store.delete("n");
        await store.clear();
      }, backend);
      const seen = (await heard.seen()) as [string | null, boolean, unknown][];
      expect(seen.map(([key, remote]) => [key, remote])).toEqual([
        ...Array(41).fill(["n", true]),
        [null, true],
      ]);
      // A later value may be there by then, an earlier one never.
      seen.slice(0, 40).forEach(([, , value], i) => {
        expect(value ?? 99).toBeGreaterThanOrEqual(i + 1);
      });
      expect(seen.at(-1)?.[2]).toEqual([]);
    },
  );

  test.each(BACKENDS)("in %s: the own page hears too, until it stops", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
      const seen: unknown[] = [];
      const stop = store.onChange((change) => void seen.push(change));
      await store.set("n", 1);
      await store.update("n", (n = 0) => n + 1);
      await store.get("n");
      await store.clear();
      stop();
      await store.set("n", 1);
      store.close();
      return [...seen, await coatcheck.outcome(store.get("n"))];
    }, backend);
    expect(seen).toMatchObject([
      { key: "n", remote: false },
      { key: "n", remote: false },
      { key: null, remote: false },
      { code: "closed" },
    ]);
  });

  test("what a listener throws reaches neither the others nor the call", async () => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    const uncaught = page.waitForEvent("pageerror");
    const heard = await page.evaluate(async () => {
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend: "local" });
      let heard = 0;
      store.onChange(() => {
        throw new Error("mine");
      });
      store.onChange(() => {
        heard++;
      });
      await store.set("n", 1);
      await store.set("n", 2);
      return heard;
    });
    expect(heard).toBe(2);
    expect((await uncaught).message).toBe("mine");
  });

  test.each(BACKENDS)("in %s: clear at logout reaches every tab", async (backend) => {
    await using visitor = await openTabs(world(), 3);
    const [one, ...others] = visitor.tabs as [Page, Page, Page];
    for (const page of visitor.tabs) {
      await page.evaluate(async (backend) => {
        const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend });
        const other = coatcheck.clientStore<{ n: number }>({ name: "other", backend });
        await store.set("n", 1);
        await other.set("n", 1);
      }, backend);
    }
    const heard = await Promise.all(others.map((page) => listen(page, backend, 1)));
    await one.evaluate(async (backend) => {
      await coatcheck.clientStore<{ n: number }>({ name: "shop", backend }).clear();
    }, backend);
    for (const { seen } of heard) expect(await seen()).toEqual([[null, true, []]]);
    for (const page of visitor.tabs) {
      const left = await page.evaluate(
        async (backend) => [
          await coatcheck.readRaw(backend, "shop", "n"),
          await coatcheck.clientStore<{ n: number }>({ name: "other", backend }).get("n"),
        ],
        backend,
      );
      expect(left.map((it) => it ?? null)).toEqual([null, 1]);
    }
  });

  test("clear at logout reaches what other tabs hold in memory", async () => {
    await using visitor = await openTabs(world(), 2);
    const [one, two] = visitor.tabs as [Page, Page];
    const held = await two.evaluateHandle(async () => {
      Object.defineProperty(globalThis, "localStorage", { value: null });
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend: "local" });
      await store.set("n", 1);
      const cleared = new Promise<void>((resolve) => store.onChange(() => resolve()));
      return { store, cleared };
    });
    await one.evaluate(async () => {
      await coatcheck.clientStore({ name: "shop", backend: "local" }).clear();
    });
    const left = await held.evaluate(async ({ store, cleared }) => {
      await cleared;
      return [store.persistence, await store.get("n")];
    });
    expect(left).toEqual(["memory", undefined]);
  });
});
