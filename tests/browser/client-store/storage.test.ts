import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientStoreProblem } from "@coatcheck/browser";
import { chromium, type Page } from "playwright-core";
import { expect, test } from "vitest";
import { chromiumBinary } from "../binary.ts";
import { describeChromium } from "../describe-chromium.ts";
import { Site } from "./site.ts";
import { BACKENDS, openTabs } from "./tabs.ts";

const site = await Site.of();

/** A page's life with a store that may keep nothing. */
const live = (page: Page, backend: (typeof BACKENDS)[number], encrypt = false) =>
  page.evaluate(
    async ({ backend, encrypt }) => {
      const { clientStore, deviceKey, outcome } = coatcheck;
      const problems: ClientStoreProblem[] = [];
      const store = clientStore<{ cart: string[] }>({
        name: "shop",
        backend,
        ...(encrypt && { encryption: deviceKey() }),
        onProblem: (it) => void problems.push(it),
      });
      await outcome(store.set("cart", ["apple"]));
      await outcome(store.update("cart", (cart = []) => [...cart, "pear"]));
      const { persistence } = store;
      const cart = await store.get("cart");
      await store.clear();
      const codes = problems.map(({ code }) => code);
      return { persistence, cart, codes, left: await store.keys() };
    },
    { backend, encrypt },
  );

const inMemory = { persistence: "memory", cart: ["apple", "pear"], codes: ["memory"], left: [] };

describeChromium("storage that is full", site.listener, (world) => {
  test.each(["local", "session"] as const)(
    "quota exceeded in %s: says how much, keeps the old value",
    async (backend) => {
      await using visitor = await openTabs(world(), 1);
      const seen = await visitor.tabs[0]?.evaluate(async (backend) => {
        const { clientStore, outcome } = coatcheck;
        const store = clientStore<Record<string, string>>({ name: "shop", backend });
        await store.set("draft", "old");
        const storage = backend === "local" ? localStorage : sessionStorage;
        // 5 MiB of characters, whoever fills it.
        storage.setItem("somebody else", "x".repeat(5 * 2 ** 20 - 2_000));
        const large = "y".repeat(10_000);
        const set = await outcome(store.set("draft", large));
        const update = await outcome(store.update("draft", (old) => old + large));
        const kept = await store.get("draft");
        storage.removeItem("somebody else");
        await store.set("draft", large);
        return { set, update, kept, after: (await store.get("draft"))?.length };
      }, backend);
      expect(seen).toMatchObject({ kept: "old", after: 10_000 });
      for (const error of [seen?.set, seen?.update]) {
        expect(error).toMatchObject({ code: "quota" });
        expect(error?.needed).toBeGreaterThan(20_000);
        expect(error?.needed).toBeLessThan(20_300);
        expect(error?.used).toBeGreaterThan(10_480_000);
        expect(error?.message).toContain(`${error?.needed} bytes`);
      }
    },
  );

  test("full to the last byte: local takes a value that fits, though not the number of the write", async () => {
    await using visitor = await openTabs(world(), 1);
    const seen = await visitor.tabs[0]?.evaluate(async () => {
      const { clientStore, outcome } = coatcheck;
      const store = clientStore<Record<string, string>>({ name: "shop", backend: "local" });
      await store.set("draft", "old");
      localStorage.removeItem("coatcheck:local:shop");
      for (let length = 2 ** 22; length >= 1; length /= 2) {
        for (let i = 0; i < 2; i++) {
          try {
            localStorage.setItem(`${length}${i}`, "x".repeat(length));
          } catch {}
        }
      }
      const set = await outcome(store.set("draft", "new"));
      const other = await outcome(store.set("other", ""));
      return { set, other: other.code, after: await store.get("draft") };
    });
    expect(seen).toEqual({ set: {}, other: "quota", after: "new" });
  });

  test("quota exceeded in indexeddb: says how much, keeps the old value", async () => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    const devtools = await page.context().newCDPSession(page);
    const origin = new URL(page.url()).origin;
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 200_000 });
    const seen = await page.evaluate(async () => {
      const { clientStore, outcome } = coatcheck;
      const store = clientStore<Record<string, string>>({ name: "shop", backend: "indexeddb" });
      await store.set("draft", "old");
      const set = await outcome(store.set("draft", "y".repeat(1_000_000)));
      const kept = await store.get("draft");
      await store.set("draft", "new");
      return { set, kept, after: await store.get("draft") };
    });
    expect(seen).toMatchObject({ set: { code: "quota" }, kept: "old", after: "new" });
    expect(seen.set.needed).toBeGreaterThan(2_000_000);
    // Chromium tells the page of 10 GiB, which is not what stopped it.
    expect(seen.set.available).toBeUndefined();
  });

  test("quota exceeded in indexeddb: says how much is there where the browser does", async () => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    const devtools = await page.context().newCDPSession(page);
    const origin = new URL(page.url()).origin;
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 200_000 });
    const seen = await page.evaluate(async () => {
      const { clientStore, outcome } = coatcheck;
      StorageManager.prototype.estimate = async () => ({ usage: 50_000, quota: 200_000 });
      const store = clientStore<Record<string, string>>({ name: "shop", backend: "indexeddb" });
      return await outcome(store.set("draft", "y".repeat(1_000_000)));
    });
    expect(seen).toMatchObject({ code: "quota", used: 50_000, available: 150_000 });
  });
});

describeChromium("storage that is disabled", site.listener, (world) => {
  test("by the visitor's settings: memory takes its place, whatever the backend", async () => {
    const profile = await mkdtemp(join(tmpdir(), "coatcheck-chromium-"));
    await mkdir(join(profile, "Default"));
    // "Block all cookies", which is all site data.
    const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(profile, "Default/Preferences"), JSON.stringify(settings));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumBinary().path,
      args: ["--host-resolver-rules=MAP * 127.0.0.1"],
      ignoreHTTPSErrors: true,
    });
    try {
      const page = await context.newPage();
      await page.goto(world().servers.url("https", "shop.example", "/"));
      await page.waitForFunction(() => globalThis.coatcheck !== undefined);
      const access = page.evaluate(() => coatcheck.outcome((async () => localStorage)()));
      expect(await access).toEqual({ thrown: expect.stringContaining("SecurityError") });
      for (const backend of BACKENDS) expect(await live(page, backend), backend).toEqual(inMemory);
    } finally {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  test.each(BACKENDS)("%s: where its property throws, is null or is not there", async (backend) => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    for (const how of ["throws", "null", "undefined"]) {
      await page.evaluate((how) => {
        for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
          const get = () => {
            if (how === "throws")
              throw new DOMException("The operation is insecure.", "SecurityError");
            return how === "null" ? null : undefined;
          };
          Object.defineProperty(globalThis, name, { get, configurable: true });
        }
      }, how);
      expect(await live(page, backend), how).toEqual(inMemory);
    }
  });

  test("indexeddb: where the database is of another make, and where it does not open", async () => {
    await using visitor = await openTabs(world(), 1);
    const [page] = visitor.tabs as [Page];
    await page.evaluate(async () => {
      const request = indexedDB.open("coatcheck:indexeddb:shop", 9);
      await new Promise((opened) => request.addEventListener("success", opened));
      request.result.close();
    });
    expect(await live(page, "indexeddb")).toEqual(inMemory);
    await page.evaluate(() => {
      const { open } = IDBFactory.prototype;
      // Older than what is there: the browser's own VersionError.
      IDBFactory.prototype.open = function (name) {
        return open.call(this, name, 1);
      };
    });
    expect(await live(page, "indexeddb")).toEqual(inMemory);
  });

  test.each(BACKENDS)(
    "%s: with no key to encrypt by, nothing is written in the open",
    async (backend) => {
      // Plain HTTP has no WebCrypto.
      await using visitor = await openTabs(world(), 1, "http");
      const [page] = visitor.tabs as [Page];
      expect(await live(page, backend, true)).toEqual(inMemory);
      expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    },
  );

  test.each(BACKENDS)(
    "%s: over plain HTTP, without Web Locks, it is as persistent",
    async (backend) => {
      await using visitor = await openTabs(world(), 1, "http");
      const [page] = visitor.tabs as [Page];
      expect(await live(page, backend)).toEqual({
        ...inMemory,
        persistence: "persistent",
        codes: [],
      });
    },
  );
});
