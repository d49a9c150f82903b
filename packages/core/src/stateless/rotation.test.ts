import { describe, expect, test } from "vitest";
import { sealedBench } from "./testing/sealed-bench.ts";

const MINUTE = 60_000;

describe("G5 rotation logs nobody out", () => {
  test("G5 a token of two rotations ago has no second grace when the next one is presented", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const thief = browser.copy();
    await browser.visit((session) => session.rotate());
    await browser.open();
    it.wait(MINUTE);
    await browser.visit((session) => session.rotate());
    await browser.open();
    expect((await thief.open()).isNew).toBe(true);
    expect(it.eventsOf("reuse-detected")).toHaveLength(1);
  });

  test("G5 of two rotations in a row each token has its whole grace", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const inFlight = browser.copy();
    it.wait(MINUTE / 2);
    await browser.visit((session) => session.rotate());
    await browser.open();
    it.wait(5_000);
    await browser.visit((session) => session.rotate());
    await browser.open();
    it.wait(4_000);
    expect((await inFlight.open()).get("a")).toBe(1);
    it.wait(10_000);
    expect((await inFlight.open()).isNew).toBe(true);
  });

  test("G5 a request that outlasts the grace of its token costs the client nothing", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const slow = browser.copy();
    const session = await slow.open();
    const { id } = session;
    it.wait(MINUTE / 2);
    await browser.visit((session) => session.rotate());
    await browser.open();
    it.wait(15_000);
    session.set("a", 2);
    await slow.commit(session);
    expect(slow.setCookies).toEqual([]);
    expect(it.eventsOf("commit-lost")).toEqual([{ id, reason: "superseded" }]);
    expect((await browser.open()).get("a")).toBe(1);
  });

  test("G5 a response with a token of before the rotation that arrives last costs the client nothing", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.wait(MINUTE);
    const other = browser.copy();
    const parallel = await other.open();
    await browser.visit((session) => session.rotate());
    // Decided before anybody has shown that the rotation arrived, and there after it was shown.
    await other.commit(parallel);
    await browser.open();
    it.wait(MINUTE);
    expect((await other.open()).get("a")).toBe(1);
    expect(it.eventsOf("reuse-detected")).toEqual([]);
    await other.visit(() => {});
    expect((await browser.open()).get("a")).toBe(1);
    expect((await other.open()).get("a")).toBe(1);
  });
});
