import { describe, expect, test } from "vitest";
import { A, B } from "../sealed/testing/sealing.ts";
import { opens, sealedBench } from "./testing/sealed-bench.ts";

/** A browser that is logged in, whose cookie this process has opened a moment ago. */
async function known(options: Parameters<typeof sealedBench>[0] = {}) {
  const it = sealedBench(options);
  const browser = it.browser();
  await browser.visit((session) => {
    session.login("ada", { amr: ["pwd"] });
    session.set("cart", { lines: ["apple"] });
  });
  expect(await opens(it.sessions, browser.token)).toBe(true);
  return { ...it, browser };
}

describe("a seal that is known is judged at each request", () => {
  test("G6 it ends by a logout, by revoke and by revokeUser, here and in another process", async () => {
    for (const elsewhere of [false, true]) {
      for (const end of ["destroy", "revoke", "revokeUser"] as const) {
        const { sessions, process, browser } = await known();
        const by = elsewhere ? process() : sessions;
        const twin = browser.copy();
        const other = await by.open({ headers: { cookie: `__Host-id=${browser.token}` } });
        if (end === "destroy") {
          other.destroy();
          await by.commit(other);
        } else if (end === "revoke") await by.revoke(other.id);
        else await by.revokeUser("ada");
        expect((await twin.open()).userId).toBeUndefined();
      }
    }
  });

  test("G4 a login makes the token of before worthless", async () => {
    const { browser } = await known();
    const before = browser.copy();
    await browser.visit((session) => session.login("ada"));
    expect((await before.open()).userId).toBeUndefined();
    expect((await browser.open()).userId).toBe("ada");
  });

  test("G5 one that was rotated away has its grace, and then means theft", async () => {
    const { browser, wait, eventsOf } = await known();
    const before = browser.copy();
    wait(11_000);
    await browser.visit((session) => session.rotate());
    await browser.open();
    expect((await before.open()).userId).toBe("ada");
    wait(20_000);
    await before.open();
    expect(eventsOf("reuse-detected")).toHaveLength(1);
    expect((await browser.open()).userId).toBeUndefined();
  });

  test("G8 it ends when its time is over, to the millisecond, with one event", async () => {
    const { browser, wait, eventsOf, sessions } = await known({
      timeouts: { idle: "30s", absolute: "12h", touchEvery: "20s" },
    });
    wait(29_999);
    expect(await opens(sessions, browser.token)).toBe(true);
    wait(1);
    expect(await opens(sessions, browser.token)).toBe(false);
    expect(eventsOf("token-rejected")).toMatchObject([{ reason: "expired" }]);
  });

  test("a visit is due when it is due", async () => {
    const { browser, wait } = await known({
      timeouts: { idle: "50s", absolute: "12h", touchEvery: "5s" },
    });
    wait(4_999);
    await browser.visit(() => {});
    expect(browser.setCookies).toEqual([]);
    wait(1);
    await browser.visit(() => {});
    expect(browser.setCookies).toHaveLength(1);
  });

  test("each arrival under an older key is told and counted, and its cookie made anew", async () => {
    const { browser, process, eventsOf } = await known({ keys: A });
    const renewed = process({ keys: { current: B, older: A } });
    for (const count of [1, 2, 3]) {
      const session = await renewed.open({ headers: { cookie: `__Host-id=${browser.token}` } });
      expect(eventsOf("older-key").at(-1)).toMatchObject({ count });
      const names = (await renewed.commit(session)).map(([name]) => name);
      expect(names).toContain("set-cookie");
    }
    const dropped = process({ keys: B });
    expect(await opens(dropped, browser.token)).toBe(false);
    expect(eventsOf("token-rejected")).toMatchObject([{ reason: "unknown-key" }]);
  });

  test("G3 it is unknown under another name, though the same process knows it", async () => {
    const { browser, process } = await known();
    const other = process({ cookie: { name: "__Host-other" } });
    const session = await other.open({ headers: { cookie: `__Host-other=${browser.token}` } });
    expect(session.isNew).toBe(true);
  });
});

describe("requests with one cookie share nothing", () => {
  test("what one mutates, sets or is told by flash, another does not see", async () => {
    const { browser } = await known();
    await browser.visit((session) => session.flash("notice", { words: ["saved"] }));
    const [one, two] = [await browser.open(), await browser.open()];
    (one.get("cart") as { lines: string[] }).lines.push("pear");
    (one.get("notice") as { words: string[] }).words.push("twice");
    one.set("seen", 1);
    expect(two.get("cart")).toEqual({ lines: ["apple"] });
    expect(two.get("notice")).toEqual({ words: ["saved"] });
    expect(two.has("seen")).toBe(false);
    const three = await browser.open();
    expect([three.get("cart"), three.get("notice")]).toEqual([
      { lines: ["apple"] },
      { words: ["saved"] },
    ]);
  });

  test("nor a step-up, nor an act for somebody else, nor a login", async () => {
    const { browser } = await known();
    const [one, two, three] = [await browser.open(), await browser.open(), await browser.open()];
    one.elevate("5m", { amr: ["otp"] });
    two.actAs("bob");
    three.login("cleo");
    const after = await browser.open();
    expect([after.amr, after.userId, after.actorId]).toEqual([["pwd"], "ada", undefined]);
  });

  test("what was changed after the commit that made the cookie is not in it", async () => {
    const { browser } = await known();
    const session = await browser.open();
    const cart = session.get("cart") as { lines: string[] };
    cart.lines.push("pear");
    await browser.commit(session);
    cart.lines.push("plum");
    expect((await browser.open()).get("cart")).toEqual({ lines: ["apple", "pear"] });
  });
});
