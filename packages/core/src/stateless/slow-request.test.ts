import { describe, expect, test } from "vitest";
import { opens, sealedBench } from "./testing/sealed-bench.ts";

const MINUTE = 60_000;

describe("a request that lasts long", () => {
  test.each([
    ["a logout", (it: ReturnType<typeof sealedBench>) => it.sessions.revokeUser("ada")],
    ["nothing but time", () => undefined],
  ])(
    "G6 is not renewed after its token's end, when what ended it is forgotten: %s",
    async (...[, end]) => {
      const it = sealedBench();
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const slow = browser.copy();
      const session = await slow.open();
      await end(it);
      it.wait(61 * MINUTE);
      session.set("a", 1);
      await slow.commit(session);
      expect(slow.setCookies).toEqual([]);
      expect(it.eventsOf("commit-lost")).toHaveLength(1);
      expect(await opens(it.sessions, slow.token)).toBe(false);
    },
  );

  test("G5 leaves the cookie of a login that came in between alone, however long ago that was", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.wait(2 * MINUTE);
    const poll = browser.copy();
    const session = await poll.open();
    await browser.visit((session) => session.login("ada"));
    it.wait(30_000);
    await poll.commit(session);
    expect(poll.setCookies).toEqual([]);
  });

  test("G5 leaves the cookie of a session that took its place alone", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.login("bob"));
    it.wait(2 * MINUTE);
    const poll = browser.copy();
    const session = await poll.open();
    await browser.visit((session) => session.login("ada"));
    it.wait(30_000);
    await poll.commit(session);
    expect(poll.setCookies).toEqual([]);
    expect((await browser.open()).userId).toBe("ada");
  });

  test("G10 under onStoreError anonymous passes though its visit cannot be told", async () => {
    const it = sealedBench({ onStoreError: "anonymous" });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    it.wait(2 * MINUTE);
    const session = await browser.open();
    it.down(true);
    await browser.commit(session);
    expect(browser.setCookies).toEqual([]);
    it.down(false);
    expect((await browser.open()).userId).toBe("ada");
  });
});
