import { describe, expect, test } from "vitest";
import { bench } from "../testing/bench.ts";

const MINUTE = 60_000;

describe("G6 a session object that is kept for long, as a WebSocket's", () => {
  test.each([
    [
      "regenerate",
      (it: ReturnType<typeof bench>, browser: ReturnType<typeof it.browser>) =>
        browser.visit((session) => session.regenerate()),
    ],
    [
      "another user's login",
      (it: ReturnType<typeof bench>, browser: ReturnType<typeof it.browser>) =>
        browser.visit((session) => session.login("eve")),
    ],
    [
      "revoke",
      async (it: ReturnType<typeof bench>, browser: ReturnType<typeof it.browser>) =>
        it.sessions.revoke((await browser.open()).id),
    ],
  ])("does not outlive %s by touches", async (_, end) => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ann"));
    const kept = await browser.open();
    await end(it, browser);
    for (let minute = 0; minute < 20; minute++) {
      it.wait(MINUTE);
      kept.touch();
      await it.sessions.commit(kept);
    }
    expect(kept.userId).toBeUndefined();
    expect(it.memory.listByUser("ann")).toEqual([]);
  });

  test("costs a read before a touch only when its record is old", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ann"));
    it.wait(2 * MINUTE);
    it.calls.length = 0;
    const session = await browser.open();
    await it.sessions.commit(session);
    expect(it.calls).toEqual(["read", "touch"]);
    it.wait(2 * MINUTE);
    await it.sessions.commit(session);
    expect(it.calls.slice(2)).toEqual(["read", "touch"]);
  });
});
