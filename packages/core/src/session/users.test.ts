import { describe, expect, test } from "vitest";
import { SessionConfigError, SessionNotLoadedError } from "../errors.ts";
import type { SessionStore } from "../store/contract.ts";
import { bench, idOf, START } from "../testing/bench.ts";
import { failureOf, rejectionOf } from "../testing/failure.ts";
import { createSessions } from "./manager.ts";

const MINUTE = 60_000;

describe("revoke", () => {
  test("ASVS 7.5.2: with a user ends a session of theirs, and nobody else's", async () => {
    const it = bench();
    const [ada, eve] = [it.browser(), it.browser()];
    await ada.visit((session) => session.login("ada"));
    await eve.visit((session) => session.login("eve"));
    const id = idOf(ada.token);
    expect(await it.sessions.revoke(id, { userId: "eve" })).toBe(false);
    expect((await ada.open()).userId).toBe("ada");
    expect(await it.sessions.revoke("nonsense", { userId: "ada" })).toBe(false);
    expect(await it.sessions.revoke(id, { userId: "ada" })).toBe(true);
    expect((await ada.open()).userId).toBeUndefined();
  });
});

describe("list", () => {
  test("shows a user's live sessions, the latest login first, and no token", async () => {
    const it = bench();
    const [phone, laptop, eve] = [it.browser(), it.browser(), it.browser()];
    await phone.visit((session) => session.set("a", 1));
    it.wait(1_000);
    await phone.visit((session) => session.login("ada"));
    it.wait(1_000);
    await laptop.visit((session) => session.login("ada"));
    await eve.visit((session) => session.login("eve"));
    const list = await it.sessions.list("ada");
    expect(list).toEqual([
      {
        id: idOf(laptop.token),
        userId: "ada",
        createdAt: START + 2_000,
        authenticatedAt: START + 2_000,
        lastSeenAt: START + 2_000,
        expiresAt: START + 2_000 + 30 * MINUTE,
        remembered: false,
        current: false,
      },
      {
        id: idOf(phone.token),
        userId: "ada",
        createdAt: START,
        authenticatedAt: START + 1_000,
        lastSeenAt: START + 1_000,
        expiresAt: START + 1_000 + 30 * MINUTE,
        remembered: false,
        current: false,
      },
    ]);
    expect(await it.sessions.list("nobody")).toEqual([]);
    it.wait(30 * MINUTE);
    expect(await it.sessions.list("ada")).toEqual([]);
  });

  test("does not show what a regenerate or another user's login left behind", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    await browser.visit((session) => session.login("eve"));
    await browser.visit((session) => session.regenerate());
    expect([await it.sessions.list("ada"), await it.sessions.list("eve")]).toEqual([[], []]);
  });
});

describe("revoke", () => {
  test("ends a session, once, and says so", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const id = idOf(browser.token);
    expect([await it.sessions.revoke(id), await it.sessions.revoke(id)]).toEqual([true, false]);
    expect((await browser.open()).userId).toBeUndefined();
    expect(it.eventsOf("ended")).toEqual([{ id, reason: "revoked" }]);
  });

  test.each(["", "x", "__proto__", "' OR 1=1", "A".repeat(23)])(
    "G3 what is no id never reaches the store: %j",
    async (id) => {
      const it = bench();
      expect([await it.sessions.revoke(id), it.calls]).toEqual([false, []]);
    },
  );

  test("a whole token in place of the id revokes nothing", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    expect(await it.sessions.revoke(browser.token ?? "")).toBe(false);
  });
});

describe("revokeUser", () => {
  test("ends all of a user's sessions, or all but one, and nobody else's", async () => {
    const it = bench();
    const browsers = [it.browser(), it.browser(), it.browser()];
    for (const browser of browsers) await browser.visit((session) => session.login("ada"));
    const eve = it.browser();
    await eve.visit((session) => session.login("eve"));
    const [kept] = browsers;
    expect(await it.sessions.revokeUser("ada", { except: idOf(kept?.token) })).toBe(2);
    const users = await Promise.all(browsers.map(async (browser) => (await browser.open()).userId));
    expect(users).toEqual(["ada", undefined, undefined]);
    expect(it.eventsOf("ended").map(({ reason }) => reason)).toEqual(["revoked", "revoked"]);
    expect(await it.sessions.revokeUser("ada", { except: "no id" })).toBe(1);
    expect(await it.sessions.revokeUser("ada")).toBe(0);
    expect((await eve.open()).userId).toBe("eve");
  });
});

describe("issue", () => {
  test("starts a logged-in session without a request", async () => {
    const it = bench();
    const token = await it.sessions.issue("ada");
    const session = await it.sessions.open({ headers: { cookie: `__Host-id=${token}` } });
    expect([session.userId, session.isNew, session.authenticatedAt]).toEqual(["ada", false, START]);
    const { id } = session;
    expect(id).toBe(idOf(token));
    expect(it.eventsOf("created")).toEqual([{ id, userId: "ada" }]);
    expect(it.eventsOf("login")).toEqual([{ id, userId: "ada" }]);
  });

  test.each(["", "x".repeat(256), 5, undefined, "a\0b", "\ud800"])(
    "refuses the user id %j",
    async (userId) => {
      const it = bench();
      await expect(it.sessions.issue(userId as string)).rejects.toThrow(TypeError);
      expect(it.calls).toEqual([]);
    },
  );

  test("G9 counts for the limit", async () => {
    const it = bench({ limits: { perUser: 2 } });
    const tokens = [await it.sessions.issue("ada")];
    it.wait(1);
    tokens.push(await it.sessions.issue("ada"));
    it.wait(1);
    tokens.push(await it.sessions.issue("ada"));
    expect((await it.sessions.list("ada")).map(({ id }) => id)).toEqual([
      idOf(tokens[2]),
      idOf(tokens[1]),
    ]);
    expect(it.eventsOf("ended")).toEqual([{ id: idOf(tokens[0]), reason: "evicted" }]);
  });
});

describe("sweep and close", () => {
  test("sweep removes what has expired and tells how many went", async () => {
    const it = bench();
    for (let n = 0; n < 3; n++) await it.browser().visit((session) => session.set("n", n));
    expect(await it.sessions.sweep()).toBe(0);
    it.wait(30 * MINUTE);
    expect(await it.sessions.sweep()).toBe(3);
  });

  test("close closes the store; both do nothing where the store has nothing to do", async () => {
    let closed = 0;
    const { memory } = bench();
    const bare: SessionStore = {
      read: (id) => memory.read(id),
      create: (record) => memory.create(record),
      update: (record, version) => memory.update(record, version),
      touch: (id, times) => memory.touch(id, times),
      destroy: (id) => memory.destroy(id),
    };
    const closing = { ...bare, close: () => void closed++ };
    await createSessions({ storage: closing }).close();
    expect(closed).toBe(1);
    const sessions = createSessions({ storage: bare });
    await sessions.close();
    expect(await sessions.sweep()).toBe(0);
    for (const work of [() => sessions.list("ada"), () => sessions.revokeUser("ada")]) {
      const error = await rejectionOf(SessionConfigError, work);
      expect([error.option, error.message]).toEqual([
        "storage",
        expect.stringContaining("list by user"),
      ]);
    }
    expect(await sessions.revoke("A".repeat(22))).toBe(false);
  });
});

describe("of", () => {
  test("a request that no package opened has no session, and the error says what to look for", () => {
    const { sessions } = bench();
    const error = failureOf(SessionNotLoadedError, () => sessions.of({ headers: {} }));
    expect(error.message).toMatch(/register the framework package/);
    expect(() => sessions.load({})).toThrow(SessionNotLoadedError);
  });
});
