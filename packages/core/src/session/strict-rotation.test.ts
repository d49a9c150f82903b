import { describe, expect, test } from "vitest";
import { type Bench, type Browser, bench } from "../testing/bench.ts";
import type { Session } from "./session.ts";

const GRACE = 10_000;

async function loggedIn(it: Bench): Promise<Browser> {
  const browser = it.browser();
  await browser.visit((session) => session.login("ada"));
  return browser;
}

const refresh = (browser: Browser) =>
  browser.visit((session) => {
    session.rotate({ strict: true });
    return session.userId;
  });

describe("G5 a strict rotation", () => {
  test("G5 hands out the same token within the grace, and another one after it", async () => {
    const it = bench();
    const browser = await loggedIn(it);
    const [early, late] = [browser.copy(), browser.copy()];
    await refresh(browser);
    it.wait(GRACE - 1);
    expect(await refresh(early)).toBe("ada");
    expect(early.token).toBe(browser.token);
    it.wait(1);
    expect(await refresh(late)).toBe("ada");
    expect(late.token).not.toBe(browser.token);
    expect(it.eventsOf("rotated")).toHaveLength(2);
    expect(it.eventsOf("reuse-detected")).toEqual([]);
  });

  test("G5 lost responses cost nothing, however many, and however late they are noticed", async () => {
    const it = bench();
    const browser = await loggedIn(it);
    for (let n = 0; n < 20; n++) {
      it.wait(n * 60_000);
      expect(await refresh(browser.copy())).toBe("ada");
    }
    it.wait(GRACE);
    await refresh(browser);
    expect(await refresh(browser)).toBe("ada");
    expect(it.eventsOf("reuse-detected")).toEqual([]);
  });

  test("G5 the token that another one took the place of has its grace, then it means theft", async () => {
    const it = bench();
    const owner = await loggedIn(it);
    const thief = owner.copy();
    await refresh(owner);
    it.wait(GRACE);
    await refresh(thief);
    it.wait(GRACE - 1);
    const { token } = owner;
    expect(await refresh(owner)).toBe("ada");
    expect(owner.token).toBe(token);
    it.wait(1);
    expect(await refresh(owner)).toBeUndefined();
    expect(it.eventsOf("reuse-detected")).toHaveLength(1);
    expect(await refresh(thief)).toBeUndefined();
  });

  test.each([GRACE, 150_000])(
    "G5 two parties that take turns, %i ms apart, do not share the session",
    async (apart) => {
      const it = bench();
      const owner = await loggedIn(it);
      const thief = owner.copy();
      let turns = 0;
      for (; turns < 10 && it.eventsOf("reuse-detected").length === 0; turns++) {
        it.wait(apart);
        await refresh(turns % 2 === 0 ? owner : thief);
      }
      expect(turns).toBe(3);
      for (const party of [owner, thief]) expect(await refresh(party)).toBeUndefined();
    },
  );

  test("G5 of parallel ones after the grace all hand out one token, which is good", async () => {
    for (const asynchronous of [false, true]) {
      const it = bench({ asynchronous });
      const browser = await loggedIn(it);
      await refresh(browser.copy());
      it.wait(GRACE);
      const tabs = Array.from({ length: 5 }, () => browser.copy());
      const opened = await Promise.all(tabs.map((tab) => tab.open()));
      for (const session of opened) session.rotate({ strict: true });
      await Promise.all(tabs.map((tab, n) => tab.commit(opened[n] as Session)));
      expect(new Set(tabs.map((tab) => tab.token)).size).toBe(1);
      expect(await refresh(tabs[0] as Browser)).toBe("ada");
      expect(it.eventsOf("rotated")).toHaveLength(3);
      expect(it.eventsOf("reuse-detected")).toEqual([]);
    }
  });

  test("G5 it is the same for a request that writes", async () => {
    const it = bench();
    const browser = await loggedIn(it);
    const [early, plain, late] = [browser.copy(), browser.copy(), browser.copy()];
    const write = (strict?: boolean) => (session: Session) => {
      session.update("n", (n) => Number(n ?? 0) + 1);
      if (strict !== undefined) session.rotate({ strict });
    };
    await browser.visit(write(true));
    await early.visit(write(true));
    expect(early.token).toBe(browser.token);
    it.wait(GRACE);
    for (const strict of [undefined, false]) {
      const visitor = plain.copy();
      await visitor.visit(write(strict));
      expect(visitor.token).toBe(browser.token);
    }
    await late.visit(write(true));
    expect(late.token).not.toBe(browser.token);
    expect(await late.visit((session) => session.get("n"))).toBe(5);
  });

  test("G5 in the grace of its token it hands out none", async () => {
    const it = bench();
    const browser = await loggedIn(it);
    const late = browser.copy();
    await refresh(browser);
    await refresh(browser);
    expect(await refresh(late)).toBe("ada");
    expect(late.setCookies).toEqual([]);
  });

  test("G5 one that is not strict keeps what a strict one began, and not the other way round", async () => {
    const it = bench();
    const browser = await loggedIn(it);
    const plain = browser.copy();
    await refresh(browser);
    it.wait(GRACE);
    await plain.visit((session) => session.rotate());
    expect(plain.token).toBe(browser.token);
    const strict = await loggedIn(it);
    const first = strict.copy();
    await first.visit((session) => session.rotate());
    it.wait(GRACE);
    await refresh(strict);
    expect(strict.token).not.toBe(first.token);
  });
});
