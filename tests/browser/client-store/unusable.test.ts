import type { ClientStoreProblem } from "@coatcheck/browser";
import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";
import { BACKENDS, openTabs } from "./tabs.ts";

const site = await Site.of();

describeChromium("stored values that cannot be used", site.listener, (world) => {
  test.each(BACKENDS)(
    "corrupted value in %s: absent, reported, and replaceable",
    async (backend) => {
      await using visitor = await openTabs(world(), 1);
      const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
        const problems: ClientStoreProblem[] = [];
        const onProblem = (it: ClientStoreProblem) => void problems.push(it);
        const store = coatcheck.clientStore<Record<string, string>>({
          name: "shop",
          backend,
          onProblem,
        });
        const texts = [
          "",
          "{",
          "null",
          "7",
          "[]",
          "[1,1,1,1]",
          '["x",1,1,1,1]',
          '[2,1,1,1,"sealed"]',
        ];
        await store.keys();
        const got: unknown[] = [];
        for (const text of texts) {
          await coatcheck.writeRaw(backend, "shop", "k", text);
          got.push(await store.get("k"));
        }
        await store.update("k", (old = "nothing") => `${old} and more`);
        return { got, codes: problems.map(({ code }) => code), after: await store.get("k") };
      }, backend);
      expect(seen).toEqual({
        got: Array(8).fill(undefined),
        // And once for the update.
        codes: Array(9).fill("corrupt"),
        after: "nothing and more",
      });
    },
  );

  test("corrupted value in indexeddb: what is no text at all, too", async () => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async () => {
      const codes: string[] = [];
      const onProblem = ({ code }: ClientStoreProblem) => void codes.push(code);
      const options = { name: "shop", backend: "indexeddb", onProblem } as const;
      const store = coatcheck.clientStore<Record<string, number>>(options);
      await store.keys();
      await coatcheck.writeRaw("indexeddb", "shop", "k", { some: new Date() });
      const got = await store.get("k");
      await store.set("k", 1);
      return { got, codes, after: await store.get("k") };
    });
    expect(seen).toEqual({ got: undefined, codes: ["corrupt"], after: 1 });
  });

  test.each(BACKENDS)("older version in %s: migrated; without a way, absent", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      const { clientStore, z } = coatcheck;
      const problems: unknown[] = [];
      const onProblem = (it: ClientStoreProblem) => void problems.push(it);
      const first = clientStore<{ cart: string[] }>({ name: "shop", backend });
      await first.set("cart", ["apple"]);
      const schema = { cart: z.array(z.object({ item: z.string(), count: z.number() })) };
      const options = { name: "shop", backend, schema, version: 3, onProblem };
      const without = await clientStore(options).get("cart");
      const migrate = (old: unknown, from: number, key: string) => {
        if (from === 1 && key === "cart") {
          return (old as string[]).map((item) => ({ item, count: 1 }));
        }
        throw new Error("unknown");
      };
      const store = clientStore({ ...options, migrate });
      const migrated = await store.get("cart");
      await store.update("cart", (cart = []) => [...cart, { item: "pear", count: 2 }]);
      const failing = clientStore({ ...options, version: 4, migrate });
      const failed = await failing.get("cart");
      return { without, migrated, after: await store.get("cart"), failed, problems };
    }, backend);
    expect(seen).toMatchObject({
      without: undefined,
      migrated: [{ item: "apple", count: 1 }],
      after: [
        { item: "apple", count: 1 },
        { item: "pear", count: 2 },
      ],
      failed: undefined,
      problems: [
        { code: "old-version", key: "cart" },
        { code: "old-version", key: "cart", cause: { message: "unknown" } },
      ],
    });
  });

  test.each(BACKENDS)("newer version in %s: absent, and never overwritten", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      const { clientStore, outcome } = coatcheck;
      const codes: string[] = [];
      const onProblem = ({ code }: ClientStoreProblem) => void codes.push(code);
      const newer = clientStore<{ n: number }>({ name: "shop", backend, version: 2 });
      const older = clientStore<{ n: number }>({ name: "shop", backend, onProblem });
      await newer.set("n", 2);
      const got = await older.get("n");
      const set = await outcome(older.set("n", 1));
      const updated = await outcome(older.update("n", (n = 0) => n + 1));
      const kept = await newer.get("n");
      await older.delete("n");
      await older.set("n", 1);
      return { got, codes, set, updated, kept, after: await older.get("n") };
    }, backend);
    const refused = { code: "newer-version", message: expect.stringContaining("n: reload") };
    expect(seen).toMatchObject({
      got: undefined,
      codes: ["newer-version"],
      set: refused,
      updated: refused,
      kept: 2,
      after: 1,
    });
  });

  test.each(BACKENDS)("clock set back in %s: absent until it is right again", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      let now = 1e12;
      const codes: string[] = [];
      const store = coatcheck.clientStore<{ draft: string }>({
        name: "shop",
        backend,
        ttl: { absolute: "1h" },
        clock: () => now,
        onProblem: ({ code }) => void codes.push(code),
      });
      const at = async (minutes: number) => {
        now = 1e12 + minutes * 60_000;
        return await store.get("draft");
      };
      await store.set("draft", "text");
      const got = [];
      for (const minutes of [-1, -2, 30, -9_999, 59, 60, 0]) got.push(await at(minutes));
      return { got, codes };
    }, backend);
    expect(seen).toEqual({
      // A minute is a clock that was put right. The hour's end removes the entry.
      got: ["text", undefined, "text", undefined, "text", undefined, undefined],
      codes: ["clock", "clock"],
    });
  });

  test.each(BACKENDS)("what a schema refuses in %s: absent; not written", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
      const { clientStore, outcome, z } = coatcheck;
      const problems: unknown[] = [];
      const loose = clientStore<{ theme: string }>({ name: "shop", backend });
      const store = clientStore({
        name: "shop",
        backend,
        schema: { theme: z.enum(["dark", "light"]) },
        onProblem: (it) => void problems.push(it),
      });
      await loose.set("theme", "pink");
      const got = await store.get("theme");
      await store.set("theme", "dark");
      const refused = await outcome(store.set("theme", "pink" as "dark"));
      return { got, refused, kept: await store.get("theme"), problems };
    }, backend);
    expect(seen).toMatchObject({
      got: undefined,
      refused: { code: "invalid", message: "the schema refuses theme" },
      kept: "dark",
      problems: [{ code: "invalid", key: "theme" }],
    });
  });
});
