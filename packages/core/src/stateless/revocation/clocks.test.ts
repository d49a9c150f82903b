import { describe, expect, test } from "vitest";
import { opens, sealedBench } from "../testing/sealed-bench.ts";

const MINUTE = 60_000;

describe("G6 machines whose clocks differ", () => {
  test("revokeUser, a login and revokeUser again at one moment: the login is over", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await it.sessions.revokeUser("ada");
    await browser.visit((session) => session.login("ada"));
    expect(await opens(it.sessions, browser.token)).toBe(true);
    await it.sessions.revokeUser("ada");
    expect(await opens(it.sessions, browser.token)).toBe(false);
  });

  test("revokeUser by a clock that is ahead: a later login lives, and a later revokeUser ends it", async () => {
    const it = sealedBench();
    await it.process({}, 2_000).revokeUser("ada");
    it.wait(500);
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    expect(await opens(it.sessions, browser.token)).toBe(true);
    it.wait(500);
    await it.sessions.revokeUser("ada");
    it.wait(MINUTE);
    expect(await opens(it.sessions, browser.token)).toBe(false);
  });

  test("revokeUser by a clock that is a day ahead gives no later login a day more to live", async () => {
    const it = sealedBench();
    await it.process({}, 24 * 60 * MINUTE).revokeUser("ada");
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const { expiresAt = 0 } = await browser.open();
    expect(expiresAt - it.now()).toBe(30 * MINUTE);
  });

  test("a logout is remembered for a token that a clock ahead has made", async () => {
    const it = sealedBench();
    const browser = it.browser(it.process({}, 60 * MINUTE));
    await browser.visit((session) => session.set("a", 1));
    const { token } = browser;
    const here = it.browser();
    here.token = token;
    await here.visit((session) => session.destroy());
    it.wait(80 * MINUTE);
    expect(await opens(it.sessions, token)).toBe(false);
  });

  test("what an answer of five minutes ago lets in stays out for good after it", async () => {
    const it = sealedBench();
    const stale = it.process({ staleness: "5m" }, 1_000);
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const thief = it.browser(stale);
    thief.token = browser.token;
    await thief.open();
    await browser.visit((session) => session.destroy());
    it.wait(5 * MINUTE - 1);
    await thief.visit((session) => session.set("a", 1));
    expect((await thief.open()).userId).toBe("ada");
    it.wait(30 * MINUTE + 500);
    expect((await thief.open()).isNew).toBe(true);
    expect(await opens(it.sessions, thief.token)).toBe(false);
  });
});

test("G10 with staleness a login elsewhere is not put out by an answer of before it", async () => {
  const it = sealedBench({ limits: { perUser: 3 }, staleness: "5s" });
  const other = it.process();
  const browser = it.browser();
  await browser.visit((session) => session.set("cart", ["apple"]));
  expect(await opens(other, browser.token)).toBe(true);
  await browser.visit((session) => session.login("ada"));
  expect(await opens(other, browser.token)).toBe(true);
});
