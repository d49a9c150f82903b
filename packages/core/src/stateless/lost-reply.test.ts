import { describe, expect, test } from "vitest";
import { sealed } from "../sealed/storage.ts";
import { A } from "../sealed/testing/sealing.ts";
import { createSessions } from "../session/manager.ts";
import type { SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { Browser } from "../testing/bench.ts";
import { sealedBench } from "./testing/sealed-bench.ts";

const LIMITS = [undefined, { perUser: 1, onLimit: "reject" }] as const;

describe("G10 a revocation store whose reply is lost", () => {
  test.each(LIMITS)(
    "and whose client sends the login twice: one login, and the cart goes along; %j",
    async (limits) => {
      const memory = memoryStore();
      const twice: SessionStore = {
        ...memory,
        create(...args) {
          memory.create(...args);
          return memory.create(...args);
        },
        update(...args) {
          memory.update(...args);
          return memory.update(...args);
        },
      };
      const sessions = createSessions<Record<string, unknown>>({
        storage: sealed({ keys: A, revocation: twice }),
        ...(limits && { limits }),
      });
      const browser = new Browser(sessions);
      await browser.visit((session) => session.set("cart", ["apple"]));
      const { id } = await browser.open();
      await browser.visit((session) => session.login("ada"));
      const session = await browser.open();
      expect([session.id, session.userId, session.get("cart")]).toEqual([id, "ada", ["apple"]]);
      if (limits) expect(await sessions.list("ada")).toHaveLength(1);
    },
  );

  test("a login that cannot end the session it replaces leaves nobody at the limit", async () => {
    const it = sealedBench({ limits: { perUser: 1, onLimit: "reject" }, asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => session.login("bob"));
    const session = await browser.open();
    session.login("ada");
    it.around("update", "before", () => {
      throw new Error("connection reset");
    });
    await expect(browser.commit(session)).rejects.toThrow(/store failed/);
    expect(await it.sessions.list("ada")).toEqual([]);
    expect((await browser.open()).userId).toBe("bob");
  });
});
