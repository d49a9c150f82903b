import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";
import { BACKENDS, openTabs } from "./tabs.ts";

const site = await Site.of();

describeChromium("values and keys", site.listener, (world) => {
  test.each(BACKENDS)(
    "G14 what JSON does not keep is refused in %s, with its path",
    async (backend) => {
      await using visitor = await openTabs(world(), 1);
      const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
        const { clientStore, outcome } = coatcheck;
        const store = clientStore<Record<string, unknown>>({ name: "shop", backend });
        const cycle: Record<string, unknown> = {};
        cycle.a = [cycle];
        const bad = [new Date(), { at: new Date() }, [new Map()], { n: 1n }, cycle, { f() {} }];
        await store.set("k", "old");
        const errors = [];
        for (const value of bad) errors.push(await outcome(store.set("k", value)));
        errors.push(await outcome(store.update("k", () => undefined)));
        errors.push(await outcome(store.update("k", () => Promise.resolve(1))));
        return { errors: errors.map(({ code, path }) => [code, path]), kept: await store.get("k") };
      }, backend);
      const paths = ["k", "k.at", "k[0]", "k.n", "k.a[0]", "k.f", "k", "k"];
      expect(seen).toEqual({ errors: paths.map((it) => ["unserialisable", it]), kept: "old" });
    },
  );

  test.each(BACKENDS)("hostile keys are keys like any other in %s", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const hostile = ["__proto__", "constructor", "length", "", ":", "a:b", "🧥", "key", "toString"];
    const seen = await visitor.tabs[0]?.evaluate(
      async ({ backend, hostile }) => {
        const { clientStore, z } = coatcheck;
        const schema = { known: z.string() } as Record<string, ReturnType<typeof z.string>>;
        const store = clientStore<Record<string, string>>({ name: "shop", backend, schema });
        const empty = [];
        for (const key of hostile) empty.push(await store.get(key));
        for (const key of hostile) await store.set(key, `of ${key}`);
        const got = [];
        for (const key of hostile) got.push(await store.get(key));
        const keys = await store.keys();
        for (const key of hostile) await store.delete(key);
        const clean = ({} as Record<string, unknown>).known === undefined;
        return { empty, got, keys: keys.sort(), left: await store.keys(), clean };
      },
      { backend, hostile },
    );
    expect(seen).toEqual({
      empty: hostile.map(() => undefined),
      got: hostile.map((key) => `of ${key}`),
      keys: hostile.toSorted(),
      left: [],
      clean: true,
    });
  });

  test.each(BACKENDS)("stores of other names do not meet in %s", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      const names = ["a", "a.b", "a-b", "A"];
      const stores = names.map((name) =>
        coatcheck.clientStore<Record<string, string>>({ name, backend }),
      );
      for (const [i, store] of stores.entries()) await store.set("k", `${i}`);
      await stores[0]?.clear();
      return await Promise.all(stores.map((store) => store.get("k")));
    }, backend);
    expect(seen).toEqual([undefined, "1", "2", "3"]);
  });

  test.each(BACKENDS)("idle and absolute ends in %s", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      let now = Date.UTC(2026, 0);
      const minutes = (count: number) => {
        now += count * 60_000;
      };
      const store = coatcheck.clientStore<Record<string, number>>({
        name: "shop",
        backend,
        ttl: { idle: "10m", absolute: "30m" },
        clock: () => now,
      });
      await store.set("read", 1);
      await store.set("left", 1);
      const got = [];
      for (let i = 0; i < 3; i++) {
        minutes(9);
        got.push(await store.get("read"));
      }
      // 27 minutes: its expiry was moved three times, that of the other never.
      got.push(await store.get("left"), await coatcheck.readRaw(backend, "shop", "left"));
      await store.update("read", (n = 0) => n + 1);
      minutes(3);
      // 30 minutes since `set`; the update did not prolong them.
      got.push(await store.get("read"));
      await store.update("read", (n = 100) => n);
      minutes(9);
      got.push(await store.get("read"), await store.keys());
      return got.map((it) => it ?? null);
    }, backend);
    expect(seen).toEqual([1, 1, 1, null, null, null, 100, ["read"]]);
  });

  test("an IndexedDB store lets its database be deleted, and begins anew", async () => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async () => {
      const store = coatcheck.clientStore<{ n: number }>({ name: "shop", backend: "indexeddb" });
      await store.set("n", 1);
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase("coatcheck:indexeddb:shop");
        request.onsuccess = () => resolve();
        request.onblocked = () => reject(new Error("blocked"));
      });
      const gone = await store.get("n");
      await store.set("n", 2);
      return [gone, await store.get("n")];
    });
    expect(seen).toEqual([undefined, 2]);
  });
});
