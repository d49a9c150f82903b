import type { ClientStoreProblem } from "@coatcheck/browser";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";
import { BACKENDS, openTabs } from "./tabs.ts";

const site = await Site.of();

describeChromium("encrypted values", site.listener, (world) => {
  test.each(BACKENDS)(
    "in %s cannot be read in the raw storage, and their key not at all",
    async (backend) => {
      await using visitor = await openTabs(world(), 1);
      const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
        const { clientStore, deviceKey, outcome, readRaw, rawKey } = coatcheck;
        const options = { name: "shop", backend, encryption: deviceKey() } as const;
        const store = clientStore<{ address: string }>(options);
        await store.set("address", "1 Grove Lane");
        const raw = await readRaw(backend, "shop", "address");
        await store.update("address", (old) => `${old}, Leeds`);
        const key = (await rawKey(backend, "shop")) as CryptoKey;
        const again = clientStore<{ address: string }>({ ...options, encryption: deviceKey() });
        return {
          raw: String(raw),
          parts: JSON.parse(raw).length,
          extractable: key.extractable,
          exported: await outcome(crypto.subtle.exportKey("raw", key)),
          wrapped: await outcome(crypto.subtle.exportKey("jwk", key)),
          algorithm: key.algorithm,
          got: await again.get("address"),
        };
      }, backend);
      expect(seen).toMatchObject({
        parts: 5,
        extractable: false,
        exported: { thrown: expect.stringContaining("InvalidAccessError") },
        wrapped: { thrown: expect.stringContaining("InvalidAccessError") },
        algorithm: { name: "AES-GCM", length: 256 },
        got: "1 Grove Lane, Leeds",
      });
      expect(seen?.raw).not.toMatch(/Grove/);
      expect(atob(JSON.parse(seen?.raw ?? "")[4])).not.toMatch(/Grove/);
    },
  );

  test.each(BACKENDS)(
    "in %s open nowhere else, at no other age, and not with a bit changed",
    async (backend) => {
      await using visitor = await openTabs(world(), 1);
      const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
        const { clientStore, deviceKey, readRaw, writeRaw } = coatcheck;
        const problems: string[] = [];
        const onProblem = ({ code }: ClientStoreProblem) => void problems.push(code);
        const encryption = deviceKey();
        const options = { backend, encryption, onProblem } as const;
        const store = clientStore<Record<string, string>>({ name: "shop", ...options });
        const other = clientStore<Record<string, string>>({ name: "other", ...options });
        const newer = clientStore<Record<string, string>>({
          name: "shop",
          version: 2,
          migrate: (it) => it,
          ...options,
        });
        await store.set("a", "a's");
        await store.set("b", "b's");
        await other.set("a", "other's");
        const text: string = await readRaw(backend, "shop", "a");
        const entry = JSON.parse(text);
        const bent = [...entry];
        bent[4] = `${entry[4].slice(0, 20)}${entry[4][20] === "A" ? "B" : "A"}${entry[4].slice(21)}`;
        const younger = [...entry];
        younger[2] += 1;
        const promoted = [...entry];
        promoted[1] = 2;
        const plain = [1, ...entry.slice(1, 4), "forged"];
        const got = [];
        await writeRaw(backend, "shop", "b", text);
        got.push(await store.get("b"));
        await writeRaw(backend, "other", "a", text);
        got.push(await other.get("a"));
        for (const it of [bent, younger, plain, [2, 1, 1, 1, 1], [2, 1, 1, 1, "%"]]) {
          await writeRaw(backend, "shop", "a", JSON.stringify(it));
          got.push(await store.get("a"));
        }
        await writeRaw(backend, "shop", "a", JSON.stringify(promoted));
        got.push(await newer.get("a"));
        await writeRaw(backend, "shop", "a", text);
        return { got, problems, genuine: await store.get("a") };
      }, backend);
      expect(seen).toEqual({
        got: Array(8).fill(undefined),
        problems: Array(8).fill("corrupt"),
        genuine: "a's",
      });
    },
  );

  test.each(BACKENDS)(
    "in %s: clear ends the key, so that a copy opens no more",
    async (backend) => {
      await using visitor = await openTabs(world(), 1);
      const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
        const { clientStore, deviceKey, readRaw, writeRaw } = coatcheck;
        const store = clientStore<Record<string, string>>({
          name: "shop",
          backend,
          encryption: deviceKey(),
        });
        await store.set("a", "before");
        const copy = await readRaw(backend, "shop", "a");
        await store.clear();
        await writeRaw(backend, "shop", "a", copy);
        const old = await store.get("a");
        await store.set("a", "after");
        return [old, await store.get("a")];
      }, backend);
      expect(seen).toEqual([undefined, "after"]);
    },
  );

  test("two tabs that begin at once have one key", async () => {
    await using visitor = await openTabs(world(), 2);
    const write = (page: Page, key: string) =>
      page.evaluate(async (key) => {
        const { clientStore, deviceKey } = coatcheck;
        const encryption = deviceKey();
        const store = clientStore<Record<string, string>>({
          name: "shop",
          backend: "local",
          encryption,
        });
        await store.set(key, key);
      }, key);
    const [one, two] = visitor.tabs as [Page, Page];
    await Promise.all([write(one, "one"), write(two, "two")]);
    const got = await one.evaluate(async () => {
      const { clientStore, deviceKey } = coatcheck;
      const encryption = deviceKey();
      const store = clientStore<Record<string, string>>({
        name: "shop",
        backend: "local",
        encryption,
      });
      return [await store.get("one"), await store.get("two")];
    });
    expect(got).toEqual(["one", "two"]);
  });
});
