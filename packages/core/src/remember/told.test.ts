import { describe, expect, test } from "vitest";
import { SessionStoreError } from "../errors.ts";
import { Exchange } from "../exchange/exchange.ts";
import { createSessions } from "../session/manager.ts";
import { memoryStore } from "../store/memory.ts";
import { rejectionOf } from "../testing/failure.ts";
import { cookie, query } from "../transports.ts";
import { rememberMe } from "./options.ts";
import { type Jar, type RememberBench, rememberBench } from "./testing/remember-bench.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function remembered(it: RememberBench, user = "ada"): Promise<Jar> {
  const browser = it.browser();
  await browser.visit((session) => session.login(user, { remember: true }));
  return browser;
}

function cookieHeader(jar: Jar): Record<string, string> {
  return { cookie: [...jar.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
}

describe("what the client is told", () => {
  test("G11 of two commits in one response: both cookies of the first", async () => {
    const it = rememberBench();
    const browser = it.browser();
    const exchange = new Exchange(it.sessions, { headers: {} }, {});
    const session = await exchange.load();
    session.login("ada", { remember: true });
    await it.sessions.commit(session);
    await exchange.commit();
    browser.receive(exchange.headers);
    expect([...browser.cookies.keys()].sort()).toEqual(["__Host-id", "__Host-remember"]);
    const back = new Exchange(it.sessions, { headers: cookieHeader(browser.close()) }, {});
    const resumed = await back.load();
    resumed.set("a", 1);
    await it.sessions.commit(resumed);
    await back.commit();
    browser.receive(back.headers);
    expect([...browser.cookies.keys()].sort()).toEqual(["__Host-id", "__Host-remember"]);
    expect(await it.sessions.commit(resumed)).toEqual([]);
  });

  test.each([
    ["a login that is remembered", { remember: true }],
    ["a login that is not", {}],
  ])("G4 a slow page that came back does not overwrite the cookies of %s", async (_, options) => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    it.wait(MINUTE);
    const slow = await browser.copy().open();
    await browser.user();
    await browser.visit((session) => session.login("ada", options));
    await browser.commit(slow);
    it.wait(MINUTE);
    const session = await browser.open();
    expect([session.userId, session.resumed]).toEqual(["ada", false]);
  });

  test("G4 nor do its writes, or those of another user's login", async () => {
    for (const user of ["ada", "eve"]) {
      const it = rememberBench();
      const browser = (await remembered(it)).close();
      it.wait(MINUTE);
      const slow = await browser.copy().open();
      await browser.user();
      await browser.visit((session) => session.login(user, { remember: true }));
      slow.set("slow", 1);
      await browser.commit(slow);
      expect((await browser.open()).userId).toBe(user);
      it.wait(DAY);
      expect(await browser.close().user()).toBe(user);
    }
  });

  test.each([false, true])("G6 nor those of a logout (it writes: %s)", async (writes) => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    it.wait(MINUTE);
    const slow = await browser.copy().open();
    await browser.user();
    await browser.visit((session) => session.destroy());
    if (writes) slow.set("a", 1);
    await browser.commit(slow);
    expect([...browser.cookies.keys()]).toEqual([]);
  });

  test("logout removes a cookie that is worth nothing, too", async () => {
    const it = rememberBench();
    const browser = it.browser();
    browser.cookies.set("__Host-remember", `${"A".repeat(22)}.${"A".repeat(43)}`);
    await browser.visit((session) => session.destroy());
    expect([...browser.cookies.keys()]).toEqual([]);
  });

  test("G11 nothing is exchanged that could not be told any more", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    it.calls.length = 0;
    const channel = { headersLeft: true, ended: false, deliver: () => {} };
    const session = await it.sessions.open({ headers: cookieHeader(browser) }, undefined, channel);
    expect([session.userId, it.calls]).toEqual([undefined, []]);
  });

  test("G11 a commit that failed at the token is made up for by the next one", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const session = await browser.open();
    session.login("ada");
    it.before("tokens", "destroy", () => {
      throw new Error("down");
    });
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    await browser.commit(session);
    expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
    expect(await browser.user()).toBe("ada");
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
  });
});

describe("a session that a token brought back", () => {
  test("is never freshly authenticated, however short ago the login was", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    it.wait(MINUTE);
    const session = await browser.close().open();
    expect([session.resumed, session.authenticatedWithin("10m")]).toEqual([true, false]);
    session.login("ada");
    expect(session.authenticatedWithin("10m")).toBe(true);
  });

  test("has no message that was left for somebody acted for", async () => {
    const it = rememberBench();
    const browser = await remembered(it, "admin");
    await browser.visit((session) => session.actAs("ada"));
    await browser.visit((session) => session.flash("notice", "ada's"));
    const session = await browser.close().open();
    expect([session.userId, session.get("notice")]).toEqual(["admin", undefined]);
  });

  test("G8 ends with the token's lifetime at the latest", async () => {
    const it = rememberBench({ timeouts: { idle: "2d", absolute: "5d" } });
    const browser = await remembered(it);
    it.wait(29.5 * DAY);
    expect(await browser.user()).toBe("ada");
    it.wait(DAY / 2);
    expect(await browser.user()).toBeUndefined();
  });

  test("G4 is not made fresh for its client by a login that was under way", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    it.wait(MINUTE);
    const thief = browser.copy().close();
    const session = await browser.open();
    expect(await thief.user()).toBe("ada");
    session.login("ada", { amr: ["pwd"] });
    await browser.commit(session);
    const theirs = await thief.open();
    expect([theirs.amr, theirs.authenticatedWithin("30s")]).toEqual([[], false]);
    const own = await browser.open();
    expect([own.userId, own.authenticatedWithin("30s")]).toEqual(["ada", true]);
  });
});

describe("a page that comes back with a token that is being exchanged", () => {
  test("G4 does not undo a step-up by another page, nor make its old token good again", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    it.wait(MINUTE);
    const straggler = browser.copy();
    await browser.user();
    const old = browser.copy();
    old.cookies.delete("__Host-remember");
    await browser.visit((session) => session.elevate("5m"));
    const late = await straggler.open();
    expect([late.userId, late.elevatedUntil]).toEqual([undefined, undefined]);
    await straggler.commit(late);
    expect((await browser.open()).elevatedUntil).toBeDefined();
    expect((await old.open()).userId).toBeUndefined();
  });

  test("G4 nor does one that still has the token of before a step-up", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const straggler = browser.copy();
    await browser.visit((session) => session.elevate("5m"));
    expect(await straggler.user()).toBeUndefined();
    expect((await browser.open()).elevatedUntil).toBeDefined();
  });

  test("may start a session where the login that it missed was long ago", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const other = browser.copy();
    it.wait(1);
    it.before("tokens", "read", () => {
      throw new Error("down");
    });
    await other.visit((session) => session.login("ada", { remember: true }));
    browser.close();
    await browser.visit((session) => session.set("a", 1));
    expect([...browser.cookies.keys()]).toEqual(["__Host-remember"]);
    it.wait(10_000);
    await browser.visit((session) => session.set("a", 1));
    expect([...browser.cookies.keys()].sort()).toEqual(["__Host-id", "__Host-remember"]);
  });

  test("G5 tells no token that a rotation has replaced meanwhile", async () => {
    for (const writes of [false, true]) {
      const it = rememberBench();
      const browser = (await remembered(it)).close();
      it.wait(MINUTE);
      const slow = await browser.copy().open();
      await browser.user();
      await browser.visit((session) => session.rotate());
      await browser.user();
      if (writes) slow.set("a", 1);
      await browser.commit(slow);
      it.wait(MINUTE);
      expect(await browser.user()).toBe("ada");
      expect(it.eventsOf("reuse-detected")).toEqual([]);
    }
  });

  test("G10 is served where the store fails afterwards and failures are to be served as nobody", async () => {
    const it = rememberBench({ onStoreError: "anonymous" });
    const browser = (await remembered(it)).close();
    it.wait(MINUTE);
    const session = await browser.open();
    it.before("sessions", "read", () => {
      throw new Error("down");
    });
    await browser.commit(session);
    expect(browser.setCookies).toEqual([]);
    expect(await browser.user()).toBe("ada");
  });
});

test("G5 a token that was exchanged works for as long as grace says", async () => {
  const it = rememberBench({ remembering: { grace: "1m" } });
  const browser = (await remembered(it)).close();
  const slow = browser.copy();
  it.wait(DAY);
  await browser.user();
  await browser.close().user();
  it.wait(30_000);
  expect(await slow.user()).toBeUndefined();
  expect(it.eventsOf("reuse-detected")).toEqual([]);
  expect(await browser.user()).toBe("ada");
});

test("G8 revokeOthers does not prolong a token, since nobody authenticates", async () => {
  const it = rememberBench();
  const browser = await remembered(it);
  it.wait(20 * DAY);
  const session = await browser.open();
  await it.sessions.revokeOthers(session);
  await browser.commit(session);
  it.wait(9 * DAY);
  expect(await browser.close().user()).toBe("ada");
  it.wait(DAY);
  expect(await browser.close().user()).toBeUndefined();
});

describe("its cookie", () => {
  const cookies = async (options: object) => {
    const it = rememberBench(options);
    return (await remembered(it)).setCookies.at(-1) ?? "";
  };

  test("G17 goes only where the session's goes: a link from another site logs nobody in past SameSite=Strict", async () => {
    expect(await cookies({ cookie: { sameSite: "strict" } })).toContain("SameSite=Strict");
    const own = { cookie: { name: "__Host-stay" } } as const;
    expect(await cookies({ cookie: { sameSite: "strict" }, remembering: own })).toContain(
      "SameSite=Strict",
    );
    expect(await cookies({ cookie: { partitioned: true, sameSite: "none" } })).toMatch(
      /Partitioned; SameSite=None/,
    );
  });

  test("G3 has a name of its own for each manager: who is 1 in the shop is not 1 in the back office", async () => {
    const it = rememberBench();
    const browser = await remembered(it, "1");
    const admins = createSessions({
      cookie: { name: "__Host-admin" },
      clock: it.now,
      remember: rememberMe({ store: it.stores.tokens as never }),
    });
    const session = await admins.open({ headers: cookieHeader(browser.close()) });
    expect(session.userId).toBeUndefined();
    session.login("root", { remember: true });
    browser.receive(await admins.commit(session));
    expect(await browser.user()).toBe("1");
  });

  test("G14 is not Secure where the session's is not, as it would be lost", () => {
    const make = (secure: object = { secure: true }) =>
      createSessions({
        cookie: { name: "id", secure: false },
        remember: rememberMe({ store: memoryStore(), cookie: { name: "stay", ...secure } }),
      });
    expect(make).toThrow(/remember.cookie.secure/);
    expect(() => make({})).not.toThrow();
  });
});

describe("what is left behind", () => {
  test("G4 a login that is not remembered ends the token, whether or not its request brings it", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const thief = browser.copy().close();
    const elsewhere = browser.copy();
    elsewhere.cookies.delete("__Host-remember");
    it.wait(MINUTE);
    await elsewhere.visit((session) => session.login("ada"));
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
    it.wait(DAY);
    expect(await thief.user()).toBeUndefined();
  });

  test.each([
    ["regenerate", (jar: Jar) => jar.visit((session) => session.regenerate())],
    ["another user's login", (jar: Jar) => jar.visit((session) => session.login("eve"))],
  ])("G6 %s ends the token, whether or not its request brings it", async (_, act) => {
    const it = rememberBench();
    const browser = await remembered(it);
    browser.cookies.delete("__Host-remember");
    await act(browser);
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
  });

  test("a later login in the same response is the one that counts", async () => {
    const it = rememberBench();
    const browser = it.browser();
    const session = await browser.open();
    session.login("ada", { remember: true });
    await browser.commit(session);
    session.login("ada");
    await browser.commit(session);
    expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
  });

  test("a login that finds a later one leaves that one's token alone", async () => {
    const it = rememberBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const [one, two] = [browser.copy(), browser.copy()];
    const [first, second] = [await one.open(), await two.open()];
    first.login("ada", { remember: true });
    second.login("ada", { remember: true });
    it.before("sessions", "read", () => {
      it.wait(1);
      return two.commit(second);
    });
    await one.commit(first);
    expect([...one.cookies.keys()]).toEqual(["__Host-id"]);
    expect(await two.close().user()).toBe("ada");
  });

  test("G6 an exchange under way does not bring back the token that revokeOthers has replaced", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    it.wait(MINUTE);
    const thief = browser.copy().close();
    it.before("tokens", "update", async () => {
      const session = await browser.open();
      await it.sessions.revokeOthers(session);
      await browser.commit(session);
    });
    expect(await thief.user()).toBeUndefined();
    expect(await thief.close().user()).toBeUndefined();
    expect(await browser.user()).toBe("ada");
    expect(await browser.close().user()).toBe("ada");
  });

  test("G6 what a revocation has found before it was brought back ends again, whatever was written meanwhile", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    const id = it.stores.tokens.listByUser("ada")[0]?.id as never;
    it.wait(DAY);
    it.before("sessions", "create", () => it.sessions.revoke(id));
    it.before("sessions", "update", () => {
      const record = it.stores.sessions.read(id);
      if (!record) throw new Error("nothing was brought back");
      it.stores.sessions.update({ ...record, version: record.version + 1 }, record.version);
    });
    expect(await browser.user()).toBeUndefined();
    expect(await it.sessions.list("ada")).toEqual([]);
  });

  test("G9 whoever makes room for a client that comes back is told of", async () => {
    const it = rememberBench({ limits: { perUser: 1 } });
    const browser = (await remembered(it)).close();
    it.wait(DAY);
    const other = await remembered(it);
    const { id } = await other.open();
    expect(await browser.user()).toBe("ada");
    expect(it.eventsOf("ended")).toEqual([{ id, reason: "evicted" }]);
    expect(await other.close().user()).toBeUndefined();
  });

  test("G9 whoever makes room for a login in a session of before is not remembered either", async () => {
    const it = rememberBench({ limits: { perUser: 1 } });
    const other = await remembered(it);
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.wait(1);
    await browser.visit((session) => session.login("ada"));
    expect(await other.close().user()).toBeUndefined();
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
  });

  test.each([
    ["a logout", (jar: Jar) => jar.visit((session) => session.destroy())],
    ["a login", (jar: Jar) => jar.visit((session) => session.login("ada"))],
    [
      "a login that is remembered",
      (jar: Jar) => jar.visit((session) => session.login("ada", { remember: true })),
    ],
  ])("G6 %s ends the token that the client brings, also of another session", async (_, act) => {
    const it = rememberBench();
    const browser = await remembered(it);
    const thief = browser.copy().close();
    const { id } = await browser.open();
    const other = it.browser();
    await other.visit((session) => session.set("a", 1));
    browser.cookies.set("__Host-id", other.cookies.get("__Host-id") ?? "");
    await act(browser);
    expect(it.stores.tokens.listByUser("ada").map((record) => record.id)).not.toContain(id);
    expect(it.eventsOf("ended").map((event) => event.id)).toContain(id);
    expect(await thief.user()).toBeUndefined();
  });

  test("G3 nobody ends a token by its id alone", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const { id } = await browser.open();
    const other = it.browser();
    other.cookies.set("__Host-remember", `${id}.${"A".repeat(43)}`);
    await other.visit((session) => session.login("eve"));
    expect(await browser.close().user()).toBe("ada");
  });

  test("G6 a login whose session was regenerated before it was remembered leaves no token", async () => {
    const it = rememberBench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const [one, two] = [browser.copy(), browser.copy()];
    const [first, second] = [await one.open(), await two.open()];
    first.login("ada");
    await one.commit(first);
    second.login("ada", { remember: true });
    it.before("tokens", "create", () => one.visit((session) => session.regenerate()));
    await two.commit(second);
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
    it.wait(DAY);
    expect(await two.close().user()).toBeUndefined();
  });
});

test("remember-me goes with sessions that are handed off", () => {
  expect(() =>
    createSessions({
      storage: memoryStore(),
      transport: [cookie(), query("ticket", { to: ["https://shop.example"] })],
      remember: rememberMe({ store: memoryStore() }),
    }),
  ).not.toThrow();
});
