import { describe, expect, test } from "vitest";
import { SessionStoreError } from "../errors.ts";
import { createSessions } from "../session/manager.ts";
import type { Session } from "../session/session.ts";
import { memoryStore } from "../store/memory.ts";
import { rejectionOf } from "../testing/failure.ts";
import { rememberMe } from "./options.ts";
import { Jar, type RememberBench, rememberBench } from "./testing/remember-bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

async function remembered(it: RememberBench, user = "ada"): Promise<Jar> {
  const browser = it.browser();
  await browser.visit((session) => session.login(user, { remember: true, amr: ["pwd"] }));
  return browser;
}

describe("a login that is remembered", () => {
  test("gives a session cookie that goes with the browser, and one that stays as long as the token", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const [session = "", token = ""] = browser.setCookies;
    expect(browser.setCookies).toHaveLength(2);
    expect(session).toMatch(/^__Host-id=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(token).toMatch(
      /^__Host-remember=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(it.eventsOf("remembered")).toEqual([{ id: (await browser.open()).id, userId: "ada" }]);
    expect(browser.headers).toContainEqual(["cache-control", "no-store"]);
  });

  test("each of the two cookies is told once, however often a request commits", async () => {
    const it = rememberBench();
    const browser = it.browser();
    for (const login of [true, false]) {
      const session = await browser.close().open();
      if (login) session.login("ada", { remember: true });
      await browser.commit(session);
      expect(browser.setCookies).toHaveLength(2);
      // As Koa has it: once after the handlers, and once more when the headers leave.
      await browser.commit(session);
      expect(browser.setCookies).toEqual([]);
      session.rotate();
      await browser.commit(session);
      expect(browser.setCookies).toHaveLength(1);
    }
  });

  test("G1 costs no request a store call as long as the session lives", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    it.calls.length = 0;
    await browser.visit((session) => session.get("cart"));
    expect([it.calls, browser.setCookies]).toEqual([["sessions.read"], []]);
    it.calls.length = 0;
    await it.browser().visit((session) => session.get("cart"));
    expect(it.calls).toEqual([]);
  });

  test("G2 the store of the tokens never sees one", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const token = browser.cookies.get("__Host-remember") ?? "";
    const { id } = await browser.open();
    expect(token.startsWith(id)).toBe(true);
    expect(JSON.stringify(await it.stores.tokens.read(id))).not.toContain(token.slice(23));
    expect(JSON.stringify(it.events)).not.toContain(token.slice(23));
  });
});

// As under Koa, which commits before it responds, and the gate before the response once more: the exchange keeps what the first has told.
test.each([
  ["a login", (session: Session) => session.login("ada", { remember: true })],
  ["a logout", (session: Session) => session.destroy()],
  ["a resumption", (session: Session) => session.get("cart")],
] as const)("%s that is committed twice tells both cookies once", async (what, work) => {
  const it = rememberBench();
  const browser = what === "a login" ? it.browser() : await remembered(it);
  if (what === "a resumption") browser.close();
  const session = await browser.open();
  work(session);
  await browser.commit(session);
  const first = browser.setCookies;
  expect(first.map((line) => line.split("=")[0])).toEqual(["__Host-id", "__Host-remember"]);
  await browser.commit(session);
  expect(browser.setCookies).toEqual([]);
});

describe("when the browser was closed", () => {
  test("ASVS 7.2.4, G8: the live session goes on under a new token, with its data and without a fresh login", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const at = it.now();
    await browser.visit((session) => session.set("cart", ["apple"]));
    const before = await browser.open();
    const old = browser.copy();
    old.cookies.delete("__Host-remember");
    it.wait(5 * MINUTE);
    browser.close();
    const session = await browser.open();
    expect([session.id, session.userId, session.resumed, session.amr]).toEqual([
      before.id,
      "ada",
      true,
      [],
    ]);
    expect(session.get("cart")).toEqual(["apple"]);
    expect([session.authenticatedAt, session.authenticatedWithin("1h")]).toEqual([at, false]);
    await browser.commit(session);
    expect(browser.setCookies).toHaveLength(2);
    expect(await old.user()).toBeUndefined();
    expect(await browser.user()).toBe("ada");
    it.wait(11 * HOUR + 56 * MINUTE);
    const cookies = new Map(browser.cookies);
    cookies.delete("__Host-remember");
    browser.cookies.clear();
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await browser.user()).toBeUndefined();
  });

  test("a session that is over begins anew under its id, empty, with the old moment of authentication", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    const at = it.now();
    await browser.visit((session) => session.set("cart", ["apple"]));
    const { id } = await browser.open();
    it.wait(5 * DAY);
    const session = await browser.open();
    expect([session.id, session.userId, session.data, session.authenticatedAt]).toEqual([
      id,
      "ada",
      {},
      at,
    ]);
    expect([session.resumed, session.isNew, session.createdAt]).toEqual([true, false, at]);
    session.set("cart", ["pear"]);
    await browser.commit(session);
    expect((await browser.open()).get("cart")).toEqual(["pear"]);
    expect(it.eventsOf("resumed")).toEqual([{ id, userId: "ada" }]);
    expect(it.eventsOf("login")).toHaveLength(1);
  });

  test("it works until the lifetime is over, from the login on, however often it is used", async () => {
    const it = rememberBench({ remembering: { lifetime: "10d" } });
    const browser = await remembered(it);
    for (let day = 0; day < 9; day++) {
      it.wait(DAY);
      expect(await browser.user()).toBe("ada");
      expect(browser.setCookies[1]).toContain(`Max-Age=${(9 - day) * 86_400};`);
    }
    it.wait(DAY);
    expect(await browser.user()).toBeUndefined();
  });

  test("a login in the resumed session is a fresh one, and its own choice", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    it.wait(DAY);
    await browser.visit((session) => session.login("ada", { amr: ["pwd"] }));
    const session = await browser.open();
    expect([session.resumed, session.authenticatedWithin("1m"), session.amr]).toEqual([
      false,
      true,
      ["pwd"],
    ]);
    expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
    expect(await browser.close().user()).toBeUndefined();
  });

  test("G5 many pages at once get one and the same session and token", async () => {
    for (const wait of [MINUTE, DAY]) {
      const it = rememberBench();
      const browser = await remembered(it);
      it.wait(wait);
      browser.close();
      const pages = await Promise.all(Array.from({ length: 8 }, () => browser.open()));
      expect(new Set(pages.map(({ userId }) => userId))).toEqual(new Set(["ada"]));
      const seen = new Set<string>();
      for (const page of pages) {
        page.update("count", (count = 0) => Number(count) + 1);
        await browser.commit(page);
        seen.add(JSON.stringify([...browser.cookies]));
      }
      expect(seen.size).toBe(1);
      const session = await browser.open();
      expect([session.userId, session.get("count")]).toEqual(["ada", 8]);
      expect(it.eventsOf("commit-lost")).toEqual([]);
    }
  });

  test("G5 a lost response costs nothing, again and again, sooner or later", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    for (const wait of [0, 5_000, 20_000, HOUR, DAY]) {
      it.wait(wait);
      expect((await browser.open()).userId).toBe("ada");
    }
    expect(await browser.user()).toBe("ada");
    expect(await browser.close().user()).toBe("ada");
    expect(it.eventsOf("reuse-detected")).toEqual([]);
  });
});

describe("theft", () => {
  test("G5 a token that was exchanged is worth nothing later, and its use ends token and session", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    const thief = browser.copy();
    it.wait(DAY);
    expect(await browser.user()).toBe("ada");
    it.wait(DAY);
    expect(await browser.close().user()).toBe("ada");
    const { id } = await browser.open();
    it.wait(MINUTE);
    expect(await thief.user()).toBeUndefined();
    expect(it.eventsOf("reuse-detected")).toEqual([{ id, userId: "ada" }]);
    expect(it.eventsOf("ended")).toEqual([{ id, reason: "reused" }]);
    expect(await browser.user()).toBeUndefined();
    expect(await it.sessions.list("ada")).toEqual([]);
  });

  test("G5 a thief who is faster is found out when the owner comes", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    const thief = browser.copy();
    it.wait(DAY);
    expect(await thief.user()).toBe("ada");
    it.wait(MINUTE);
    expect(await browser.user()).toBe("ada");
    // Both got a token; whose is the real one cannot be told, so the next use of the other one ends it for both.
    it.wait(DAY);
    expect(await thief.close().user()).toBeUndefined();
    expect(it.eventsOf("reuse-detected")).toHaveLength(1);
    expect(await browser.close().user()).toBeUndefined();
  });
});

describe("what ends it", () => {
  const ends: Record<string, (it: RememberBench, browser: Jar, id: string) => Promise<unknown>> = {
    logout: (_, browser) => browser.visit((session) => session.destroy()),
    "logout of a session that is over": (it, browser) => {
      it.wait(DAY);
      return browser.visit((session) => session.destroy());
    },
    regenerate: (_, browser) => browser.visit((session) => session.regenerate()),
    "another user's login": (_, browser) => browser.visit((session) => session.login("eve")),
    revoke: (it, _, id) => it.sessions.revoke(id),
    "revoke of a session that is over": async (it, _, id) => {
      it.wait(DAY);
      expect(await it.sessions.revoke(id)).toBe(true);
    },
    revokeUser: async (it) => expect(await it.sessions.revokeUser("ada")).toBe(1),
    "revokeUser when the session is over": async (it) => {
      it.wait(DAY);
      expect(await it.sessions.revokeUser("ada")).toBe(1);
    },
    "the limit": async (it) => {
      for (let n = 0; n < 3; n++) {
        it.wait(1);
        await it.browser().visit((session) => session.login("ada"));
      }
    },
  };
  test.each(Object.entries(ends))("ASVS 7.4.1, G6: %s", async (_, end) => {
    const it = rememberBench({ limits: { perUser: 3 } });
    const browser = await remembered(it);
    const copy = browser.copy();
    const { id } = await browser.open();
    await end(it, browser, id);
    it.wait(MINUTE);
    expect(await copy.close().user()).toBeUndefined();
    expect(await copy.user()).toBeUndefined();
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
  });

  test("logout removes both cookies", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    await browser.visit((session) => session.destroy());
    expect(browser.cookies.size).toBe(0);
    expect(browser.setCookies).toHaveLength(2);
  });

  test("ASVS 7.4.3: revokeOthers keeps this client remembered, by a new token", async () => {
    const it = rememberBench();
    const [here, there] = [await remembered(it), await remembered(it)];
    const stolen = here.copy();
    const session = await here.open();
    await it.sessions.revokeOthers(session);
    await here.commit(session);
    it.wait(MINUTE);
    expect(await stolen.close().user()).toBeUndefined();
    expect(await there.close().user()).toBeUndefined();
    expect(await here.close().user()).toBe("ada");
  });
});

describe("lists", () => {
  test("ASVS 7.5.2: a remembered client is listed, with or without a session, under one id", async () => {
    const it = rememberBench({ device: () => ({ label: "Firefox" }) });
    const browser = await remembered(it);
    const { id } = await browser.open();
    await it.browser().visit((session) => session.login("ada"));
    expect(
      (await it.sessions.list("ada", { current: id })).map((one) => [
        one.id === id,
        one.remembered,
        one.current,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [true, true, true],
        [false, false, false],
      ]),
    );
    it.wait(DAY);
    const [only, ...none] = await it.sessions.list("ada");
    expect(none).toEqual([]);
    expect(only).toMatchObject({ id, remembered: true, device: { label: "Firefox" } });
    expect(await browser.user()).toBe("ada");
    expect((await it.sessions.list("ada")).map((one) => one.id)).toEqual([id]);
  });

  test("G9 a client that comes back counts at the limit", async () => {
    const it = rememberBench({ limits: { perUser: 2 } });
    const browsers = [await remembered(it), await remembered(it)];
    it.wait(DAY);
    await it.browser().visit((session) => session.login("ada"));
    await it.browser().visit((session) => session.login("ada"));
    for (const browser of browsers) await browser.user();
    expect(it.stores.sessions.listByUser("ada")).toHaveLength(2);
    const strict = rememberBench({ limits: { perUser: 1, onLimit: "reject" } });
    const back = await remembered(strict);
    strict.wait(DAY);
    await strict.browser().visit((session) => session.login("ada"));
    expect(await back.user()).toBeUndefined();
    strict.wait(DAY);
    expect(await back.user()).toBe("ada");
  });
});

describe("acting for somebody", () => {
  test("does not go on when the browser comes back, nor does the other user's data", async () => {
    const it = rememberBench();
    const browser = await remembered(it, "admin");
    await browser.visit((session) => session.actAs("ada"));
    await browser.visit((session) => session.set("secret", "ada's"));
    const session = await browser.close().open();
    expect([session.userId, session.actorId, session.data]).toEqual(["admin", undefined, {}]);
  });
});

describe("G10 when the tokens' store is down", () => {
  const down = () => {
    throw new Error("down");
  };

  test("a login stands and is not remembered", async () => {
    const it = rememberBench();
    it.before("tokens", "read", down);
    const browser = await remembered(it);
    expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
    expect(await browser.user()).toBe("ada");
    expect(it.eventsOf("store-error")).toHaveLength(1);
  });

  test("who comes back gets a 503 and keeps the cookie, or is served as nobody", async () => {
    const it = rememberBench();
    const browser = (await remembered(it)).close();
    it.before("tokens", "read", down);
    await rejectionOf(SessionStoreError, () => browser.open());
    expect(await browser.user()).toBe("ada");
    const lenient = rememberBench({ onStoreError: "anonymous" });
    const other = (await remembered(lenient)).close();
    lenient.before("tokens", "read", down);
    expect(await other.user()).toBeUndefined();
    expect(other.setCookies).toEqual([]);
    expect(await other.user()).toBe("ada");
  });

  test("a logout fails rather than leave a token behind", async () => {
    const it = rememberBench();
    const browser = await remembered(it);
    it.before("tokens", "destroy", down);
    const session = await browser.open();
    session.destroy();
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    expect(browser.cookies.size).toBe(2);
    await browser.visit((again) => again.destroy());
    expect(it.stores.tokens.listByUser("ada")).toEqual([]);
  });
});

test("G3 a token of a session is none of these, nor the other way round", async () => {
  const it = rememberBench();
  const browser = await remembered(it);
  const swapped = it.browser();
  swapped.cookies.set("__Host-remember", browser.cookies.get("__Host-id") ?? "");
  swapped.cookies.set("__Host-id", browser.cookies.get("__Host-remember") ?? "");
  expect(await swapped.user()).toBeUndefined();
  expect(await browser.user()).toBe("ada");
});

test("a request from another site brings nobody back", async () => {
  const it = rememberBench();
  const browser = (await remembered(it)).close();
  const cookie = `__Host-remember=${browser.cookies.get("__Host-remember")}`;
  const request = { method: "POST", headers: { cookie, "sec-fetch-site": "cross-site" } };
  const session = await it.sessions.open(request);
  expect(session.userId).toBeUndefined();
  expect(await browser.user()).toBe("ada");
});

test("G8 a session that is over by the manager's clock and there by its store's is no obstacle", async () => {
  let now = 2_000_000_000_000;
  const behind = () => now - 2 * HOUR;
  const sessions = createSessions({
    storage: memoryStore({ clock: behind }),
    remember: rememberMe({ store: memoryStore({ clock: behind }) }),
    timeouts: { idle: "1h", absolute: "12h" },
    clock: () => now,
  });
  const browser = new Jar(sessions);
  await browser.visit((session) => session.login("ada", { remember: true }));
  await browser.visit((session) => session.set("cart", 1));
  now += HOUR;
  const session = await browser.open();
  expect([session.userId, session.resumed, session.data]).toEqual(["ada", true, {}]);
  await browser.commit(session);
  expect(await browser.user()).toBe("ada");
});

test("G16 what cannot work does not construct", () => {
  const store = memoryStore();
  const { listByUser: _, ...plain } = { ...memoryStore() };
  expect(() => rememberMe({} as never)).toThrow(/remember.store/);
  expect(() => rememberMe({ store: plain as never })).toThrow(/remember.store/);
  expect(() => rememberMe({ store, lifetime: 30 as never })).toThrow(/remember.lifetime/);
  expect(() => rememberMe({ store, livetime: "30d" } as never)).toThrow(/livetime/);
  const make =
    (options: object, storage = memoryStore()) =>
    () =>
      createSessions({ storage, remember: rememberMe({ store, ...options }) });
  expect(make({}, store)).toThrow(/remember.store/);
  expect(make({ lifetime: "401d" })).toThrow(/400d/);
  expect(make({ cookie: { name: "__Host-id" } })).toThrow(/remember.cookie.name/);
  expect(() => createSessions({ remember: {} as never })).toThrow(/remember/);
});
