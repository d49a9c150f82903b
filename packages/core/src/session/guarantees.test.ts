import { describe, expect, test } from "vitest";
import {
  CookieDeliveryError,
  CrossOriginError,
  SessionDestroyedError,
  SessionStoreError,
  UnserialisableError,
} from "../errors.ts";
import type { SessionStore } from "../store/contract.ts";
import { Browser, bench, idOf, methodsOf, START } from "../testing/bench.ts";
import { failureOf, rejectionOf } from "../testing/failure.ts";
import { uncaught } from "../testing/uncaught.ts";
import { createSessions } from "./manager.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("G1 no write, no trace", () => {
  test("G1 a visitor for whom nothing is written costs nothing and gets nothing", async () => {
    const { sessions, calls } = bench();
    const session = await sessions.open({ headers: {} });
    expect(await sessions.commit(session)).toEqual([]);
    expect(calls).toEqual([]);
  });

  test("G1 one who reads gets no cookie either, only the word that the cookie mattered", async () => {
    const { sessions, calls } = bench();
    const session = await sessions.open({ headers: {} });
    expect([session.get("a"), session.has("a"), session.userId, session.isNew]).toEqual([
      undefined,
      false,
      undefined,
      true,
    ]);
    expect(Object.keys(session.data)).toEqual([]);
    expect(await sessions.commit(session)).toEqual([["vary", "Cookie"]]);
    expect(calls).toEqual([]);
  });

  test("G1 a read-only request inside the touch window is one read", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("cart", ["apple"]));
    it.calls.length = 0;
    it.wait(MINUTE - 1);
    expect(await browser.visit((session) => session.get("cart"))).toEqual(["apple"]);
    expect(it.calls).toEqual(["read"]);
    expect(browser.headers).toEqual([["vary", "Cookie"]]);
  });

  test("G1 after the touch window it is one read and one touch, without a cookie", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.calls.length = 0;
    it.wait(MINUTE);
    await browser.visit(() => undefined);
    expect(it.calls).toEqual(["read", "touch"]);
    expect(browser.headers).toEqual([]);
  });

  test("G1 a first write is one create, a later one a read and an update", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    await browser.visit((session) => session.set("a", 2));
    expect(it.calls).toEqual(["create", "read", "update"]);
    expect(browser.setCookies).toEqual([]);
  });

  test("G1 a commit that follows another without a change does nothing", async () => {
    const it = bench();
    const browser = it.browser();
    const session = await browser.open();
    session.set("a", { b: 1 });
    await browser.commit(session);
    it.calls.length = 0;
    session.get("a");
    expect((await browser.commit(session)).filter(([name]) => name === "set-cookie")).toEqual([]);
    expect(it.calls).toEqual([]);
  });

  test("G1 the id of a session that is not stored stays the same over commits, and is that of the record", async () => {
    const it = bench();
    const browser = it.browser();
    const session = await browser.open();
    const { id } = session;
    await browser.commit(session);
    expect(session.id).toBe(id);
    session.set("a", 1);
    await browser.commit(session);
    expect([session.id, idOf(browser.token)]).toEqual([id, id]);
  });
});

describe("G2 only a hash at rest", () => {
  test("G2 no store call ever holds a secret", async () => {
    const seen: string[] = [];
    const { memory, ...rest } = bench();
    expect(rest.sessions).toBeDefined();
    const store = Object.fromEntries(
      (
        ["read", "create", "update", "touch", "destroy", "listByUser", "destroyByUser"] as const
      ).map((name) => [
        name,
        (...args: unknown[]) => {
          seen.push(JSON.stringify(args));
          return (memory[name] as (...args: unknown[]) => unknown)(...args);
        },
      ]),
    ) as unknown as SessionStore;
    const sessions = createSessions({ storage: store, clock: () => START });
    const browser = new Browser(sessions);
    const tokens: string[] = [];
    for (const work of ["set", "rotate", "login", "rotate", "regenerate"]) {
      await browser.visit((session) => {
        if (work === "set") session.set("a", 1);
        else if (work === "login") session.login("ada");
        else if (work === "rotate") session.rotate();
        else session.regenerate();
      });
      tokens.push(browser.token ?? "");
    }
    tokens.push(await sessions.issue("ada"));
    expect(new Set(tokens).size).toBe(6);
    for (const token of tokens) {
      expect(token).toHaveLength(66);
      expect(seen.join()).not.toContain(token.slice(23));
    }
  });
});

describe("G3 strict", () => {
  test.each([
    ["empty", ""],
    ["short", "x"],
    ["__proto__", "__proto__"],
    ["SQL", "' OR 1=1 --"],
    ["a secret in another spelling", `${"A".repeat(22)}.${"A".repeat(42)}B`],
    ["an id in another spelling", `${"A".repeat(21)}B.${"A".repeat(43)}`],
    ["100 kB", "A".repeat(100_000)],
  ])("G3 a malformed token never reaches the store: %s", async (_, token) => {
    const it = bench();
    const session = await it.sessions.open({ headers: { cookie: `__Host-id=${token}` } });
    expect([session.isNew, it.calls]).toEqual([true, []]);
    expect(it.events).toEqual(
      token === "" ? [] : [["token-rejected", { id: undefined, reason: "malformed" }]],
    );
  });

  test("G3 an unknown token is never adopted: a write gets another id and another secret", async () => {
    const it = bench();
    const browser = it.browser();
    const planted = `${"A".repeat(22)}.${"A".repeat(43)}`;
    browser.token = planted;
    await browser.visit((session) => session.set("a", 1));
    expect(browser.token).not.toContain("A".repeat(22));
    expect(browser.token).not.toContain("A".repeat(43));
    expect(it.eventsOf("token-rejected")).toEqual([{ id: "A".repeat(22), reason: "unknown" }]);
    expect(it.memory.read(idOf(planted))).toBeUndefined();
  });

  test("G3 a right id with a wrong secret opens nothing and ends nothing", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const forger = it.browser();
    forger.token = `${idOf(browser.token)}.${"A".repeat(43)}`;
    const session = await forger.open();
    expect([session.isNew, session.userId, session.id === idOf(browser.token)]).toEqual([
      true,
      undefined,
      false,
    ]);
    expect((await browser.open()).userId).toBe("ada");
  });

  test("G3 an expired session opens nothing, whether the store noticed or not", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const record = it.memory.read(idOf(browser.token));
    it.wait(30 * MINUTE - 1);
    expect((await browser.open()).userId).toBe("ada");
    it.wait(1);
    expect((await browser.open()).userId).toBeUndefined();
    if (record === undefined) expect.unreachable();
    // A store with a slow clock goes on finding it.
    const slow = createSessions({
      storage: { ...methodsOf(it.memory), read: () => record },
      clock: it.now,
    });
    const session = await slow.open({ headers: { cookie: `__Host-id=${browser.token}` } });
    expect(session.isNew).toBe(true);
  });

  test("G3 of several cookies of our name the one good one counts; of two good ones none", async () => {
    const it = bench();
    const [ada, eve] = [it.browser(), it.browser()];
    await ada.visit((session) => session.login("ada"));
    await eve.visit((session) => session.login("eve"));
    const unknown = `${"A".repeat(22)}.${"A".repeat(43)}`;
    const userOf = async (...tokens: (string | undefined)[]) => {
      const cookie = tokens.map((token) => `__Host-id=${token}`).join("; ");
      return (await it.sessions.open({ headers: { cookie } })).userId;
    };
    expect(await userOf(unknown, ada.token)).toBe("ada");
    expect(await userOf(ada.token, unknown)).toBe("ada");
    expect(await userOf("garbage", ada.token, "x")).toBe("ada");
    expect(await userOf(ada.token, ada.token)).toBe("ada");
    it.events.length = 0;
    expect(await userOf(ada.token, eve.token)).toBeUndefined();
    expect(it.eventsOf("token-rejected").map(({ reason }) => reason)).toEqual([
      "ambiguous",
      "ambiguous",
    ]);
  });

  test("G3 cookies come in any form of headers", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const cookie = `__Host-id=${browser.token}`;
    const forms = [
      { cookie },
      { Cookie: cookie },
      { COOKIE: ["a=1", cookie] },
      new Headers({ cookie: `a=1; ${cookie}` }),
    ];
    for (const headers of forms) expect((await it.sessions.open({ headers })).userId).toBe("ada");
    const request = new Request("https://shop.example/", { headers: { cookie } });
    expect((await it.sessions.open(request)).userId).toBe("ada");
  });
});

describe("G6 destroyed stays destroyed", () => {
  const works: Record<string, (session: Awaited<ReturnType<Browser["open"]>>) => void> = {
    set: (session) => session.set("a", 2),
    update: (session) => session.update("a", (n) => Number(n ?? 0) + 1),
    mutate: (session) => void (session.get("cart") as string[]).push("pear"),
    flash: (session) => session.flash("note", "hi"),
    touch: (session) => session.touch(),
    rotate: (session) => session.rotate(),
    clear: (session) => session.clear(),
  };

  describe.each(["before the commit", "between its read and its write"])("%s", (when) => {
    test.each(Object.entries(works))(
      "G6 %s writes nothing, clears the cookie and says so",
      async (_, work) => {
        const it = bench();
        const browser = it.browser();
        await browser.visit((session) => {
          session.login("ada");
          session.set("cart", ["apple"]);
        });
        const id = idOf(browser.token);
        const session = await browser.open();
        work(session);
        if (when === "before the commit") await it.sessions.revoke(id);
        else {
          const revoke = () => it.memory.destroy(id);
          it.before("update", revoke);
          it.before("touch", revoke);
        }
        await browser.commit(session);
        expect(it.memory.read(id)).toBeUndefined();
        expect(it.memory.sweep()).toBe(0);
        expect(it.memory.listByUser("ada")).toEqual([]);
        expect(browser.setCookies).toEqual([
          "__Host-id=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
        ]);
        expect(browser.token).toBeUndefined();
        expect(it.eventsOf("commit-lost")).toEqual([{ id, reason: "gone" }]);

        it.calls.length = 0;
        const again = await browser.commit(session);
        expect(again.filter(([name]) => name === "set-cookie")).toEqual([]);
        expect(it.calls.filter((call) => call === "create")).toEqual([]);
        expect(() => session.set("a", 3)).toThrow(SessionDestroyedError);
      },
    );
  });

  test("G6 a destroy wins over a commit that is on its way", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const id = idOf(browser.token);
    const [slow, fast] = [await browser.open(), await browser.open()];
    slow.set("a", 2);
    fast.destroy();
    await browser.commit(fast);
    await browser.commit(slow);
    expect(it.memory.read(id)).toBeUndefined();
    expect(it.eventsOf("commit-lost")).toHaveLength(1);
  });

  test("G6 destroying what is gone already is fine, and destroying twice", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const copy = browser.copy();
    await browser.visit((session) => session.destroy());
    await copy.visit((session) => {
      session.destroy();
      session.destroy();
    });
    expect(copy.token).toBeUndefined();
    expect(it.eventsOf("ended")).toHaveLength(1);
  });

  test("after destroy() writing throws, until regenerate() or login() begins anew", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const before = browser.token;
    const session = await browser.open();
    session.destroy();
    const writes = [
      () => session.set("a", 1),
      () => session.delete("a"),
      () => session.update("a", () => 1),
      () => session.clear(),
      () => session.flash("a", 1),
      () => session.rotate(),
      () => {
        session.data.a = 1;
      },
    ];
    for (const write of writes) failureOf(SessionDestroyedError, write);
    expect([session.get("a"), session.userId]).toEqual([undefined, undefined]);
    session.login("ada");
    session.set("b", 1);
    await browser.commit(session);
    expect(it.memory.listByUser("ada")).toHaveLength(1);
    const thief = it.browser();
    thief.token = before;
    expect((await thief.open()).isNew).toBe(true);
    expect(await browser.visit((now) => [now.userId, now.get("a"), now.get("b")])).toEqual([
      "ada",
      undefined,
      1,
    ]);
  });

  test("G6 a session that expires under a slow request is gone like one destroyed", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const id = idOf(browser.token);
    const session = await browser.open();
    session.set("a", 2);
    it.wait(30 * MINUTE);
    await browser.commit(session);
    expect(browser.token).toBeUndefined();
    expect(it.eventsOf("commit-lost")).toEqual([{ id, reason: "gone" }]);
    expect(it.memory.read(id)).toBeUndefined();
  });
});

describe("G8 absolute means absolute", () => {
  test("G8 a visit a minute keeps a session alive for twelve hours and not a moment longer", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    for (let minute = 1; minute < 12 * 60; minute++) {
      it.wait(MINUTE);
      const userId = await browser.visit((session) => {
        if (minute % 7 === 0) session.rotate();
        if (minute % 5 === 0) session.set("n", minute);
        if (minute % 3 === 0) session.touch();
        return session.userId;
      });
      expect([minute, userId]).toEqual([minute, "ada"]);
    }
    expect((await browser.open()).expiresAt).toBe(START + 12 * HOUR);
    it.wait(MINUTE - 1);
    expect((await browser.open()).userId).toBe("ada");
    it.wait(1);
    expect((await browser.open()).userId).toBeUndefined();
  });

  test("G8 a login starts it again", async () => {
    const it = bench({ timeouts: { idle: "12h", absolute: "12h" } });
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.wait(11 * HOUR);
    await browser.visit((session) => session.login("ada"));
    expect((await browser.open()).expiresAt).toBe(START + 23 * HOUR);
    it.wait(11 * HOUR);
    await browser.visit((session) => session.login("ada"));
    expect((await browser.open()).expiresAt).toBe(START + 34 * HOUR);
  });
});

describe("G10 store down is not logged out", () => {
  type Broken = "read" | "create" | "update" | "touch" | "destroy";
  function broken(
    method: Broken,
    onStoreError?: "fail" | "anonymous",
    how: "throws" | "rejects" = "throws",
  ) {
    const it = bench();
    let down = false;
    const store = {
      ...Object.fromEntries(
        (
          ["read", "create", "update", "touch", "destroy", "listByUser", "destroyByUser"] as const
        ).map((name) => [name, it.memory[name].bind(it.memory)]),
      ),
      [method]: (...args: unknown[]) => {
        if (!down) return (it.memory[method] as (...args: unknown[]) => unknown)(...args);
        const error = new Error("ECONNREFUSED");
        if (how === "throws") throw error;
        return Promise.reject(error);
      },
    } as unknown as SessionStore;
    const sessions = createSessions({
      storage: store,
      clock: it.now,
      ...(onStoreError && { onStoreError }),
    });
    const events: string[] = [];
    for (const name of ["store-error", "served-anonymously"] as const) {
      sessions.events.on(name, () => events.push(name));
    }
    return {
      it,
      sessions,
      events,
      browser: new Browser(sessions),
      break: () => {
        down = true;
      },
      mend: () => {
        down = false;
      },
    };
  }

  test.each<[Broken, (session: Awaited<ReturnType<Browser["open"]>>) => void]>([
    ["create", (session) => session.regenerate()],
    ["update", (session) => session.set("a", 2)],
    ["update", (session) => session.rotate()],
    ["update", (session) => session.login("eve")],
    ["touch", (session) => session.touch()],
    ["destroy", (session) => session.destroy()],
  ])(
    "G10 when %s fails, the commit is a 503 without any header, and may be repeated",
    async (method, work) => {
      for (const how of ["throws", "rejects"] as const) {
        const bed = broken(method, undefined, how);
        await bed.browser.visit((session) => session.set("a", 1));
        const { token } = bed.browser;
        const session = await bed.browser.open();
        work(session);
        bed.break();
        const error = await rejectionOf(SessionStoreError, () => bed.sessions.commit(session));
        expect([error.status, error.operation]).toEqual([503, method]);
        expect(bed.browser.token).toBe(token);
        bed.mend();
        expect((await bed.browser.open()).isNew).toBe(false);
        await bed.browser.commit(session);
        expect(bed.events).toEqual(["store-error"]);
      }
    },
  );

  test("G10 when read fails, open is a 503", async () => {
    for (const how of ["throws", "rejects"] as const) {
      const bed = broken("read", "fail", how);
      await bed.browser.visit((session) => session.login("ada"));
      bed.break();
      expect((await rejectionOf(SessionStoreError, () => bed.browser.open())).status).toBe(503);
      bed.mend();
      expect((await bed.browser.open()).userId).toBe("ada");
    }
  });

  test("G10 onStoreError: anonymous serves the request as nobody, says so, and leaves the cookie alone", async () => {
    const bed = broken("read", "anonymous");
    await bed.browser.visit((session) => session.login("ada"));
    const { token } = bed.browser;
    bed.break();
    const session = await bed.browser.open();
    expect([session.userId, session.isNew, session.get("a")]).toEqual([undefined, true, undefined]);
    await bed.browser.commit(session);
    expect(bed.browser.setCookies).toEqual([]);
    expect(bed.events).toEqual(["store-error", "served-anonymously"]);
    bed.mend();
    expect([(await bed.browser.open()).userId, bed.browser.token]).toEqual(["ada", token]);
  });

  test("G10 what such a request writes cannot be saved, and is a 503", async () => {
    for (const work of ["set", "login", "destroy", "flash", "regenerate"] as const) {
      const bed = broken("read", "anonymous");
      await bed.browser.visit((session) => session.login("ada"));
      bed.break();
      const session = await bed.browser.open();
      if (work === "set") session.set("a", 1);
      if (work === "login") session.login("eve");
      if (work === "destroy") session.destroy();
      if (work === "flash") session.flash("a", 1);
      if (work === "regenerate") {
        session.regenerate();
        session.set("a", 1);
      }
      bed.mend();
      await rejectionOf(SessionStoreError, () => bed.sessions.commit(session));
      expect((await bed.browser.open()).userId).toBe("ada");
    }
  });

  test("G10 a failed touch does not stop a request that is served anonymously in need", async () => {
    const bed = broken("touch", "anonymous");
    await bed.browser.visit((session) => session.login("ada"));
    bed.it.wait(MINUTE);
    bed.break();
    const session = await bed.browser.open();
    expect(session.userId).toBe("ada");
    await bed.browser.commit(session);
    expect(bed.browser.setCookies).toEqual([]);
    expect(bed.events).toEqual(["store-error"]);
  });

  test("G10 a store that hangs is given up after storeTimeout", async () => {
    const { memory } = bench();
    const store = { ...methodsOf(memory), create: () => new Promise<never>(() => {}) };
    const sessions = createSessions({ storage: store, storeTimeout: "20ms" });
    const session = await sessions.open({ headers: {} });
    session.set("a", 1);
    const error = await rejectionOf(SessionStoreError, () => sessions.commit(session));
    expect([error.status, error.operation]).toEqual([503, "create"]);
  });

  test.each([
    ["state", "not json"],
    ["state", "{}"],
    ["state", "null"],
    ["state", '{"v":99,"h":"x","e":1}'],
    ["state", '{"v":1,"h":5,"e":1}'],
    ["state", '{"v":1,"h":"x"}'],
    ["state", "[1]"],
  ])(
    "G10 a record whose %s is %s is a broken store, not an empty session",
    async (field, value) => {
      const it = bench();
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const record = it.memory.read(idOf(browser.token));
      if (record === undefined) expect.unreachable();
      it.memory.update({ ...record, [field]: value, version: record.version + 1 }, record.version);
      await rejectionOf(SessionStoreError, () => browser.open());
    },
  );

  test.each(["not json", "null", "[]", "5", '"x"', ""])(
    "G10 data %j is a broken store as soon as somebody looks",
    async (data) => {
      const it = bench();
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const record = it.memory.read(idOf(browser.token));
      if (record === undefined) expect.unreachable();
      it.memory.update({ ...record, data, version: record.version + 1 }, record.version);
      await rejectionOf(SessionStoreError, async () => (await browser.open()).get("a"));
    },
  );
});

describe("G13 logout clears the cookie", () => {
  test("G13 with exactly the attributes it was set with", async () => {
    const it = bench({
      cookie: {
        name: "__Secure-s",
        domain: "example.com",
        path: "/app",
        sameSite: "none",
        partitioned: true,
      },
    });
    const session = await it.sessions.open({ headers: {} });
    session.login("ada", { remember: true });
    const [set] = await it.sessions.commit(session);
    session.destroy();
    const [clear] = await it.sessions.commit(session);
    const attributes = (line: string | undefined) =>
      line
        ?.split("; ")
        .slice(1)
        .filter((part) => !part.startsWith("Max-Age"));
    expect(attributes(clear?.[1])).toEqual(attributes(set?.[1]));
    expect(clear?.[1]).toMatch(/^__Secure-s=; Max-Age=0; Domain=example\.com; Path=\/app; /);
  });

  test("G13 also one of a session that is long gone, or was never ours", async () => {
    const it = bench();
    for (const token of ["garbage", `${"A".repeat(22)}.${"A".repeat(43)}`]) {
      const browser = it.browser();
      browser.token = token;
      await browser.visit((session) => session.destroy());
      expect(browser.token).toBeUndefined();
    }
  });

  test("a visitor without a cookie gets none cleared", async () => {
    const browser = bench().browser();
    await browser.visit((session) => session.destroy());
    expect(browser.setCookies).toEqual([]);
  });

  test("the cookie's lifetime: the browser's, or with remember the session's", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    expect(browser.setCookies[0]).not.toMatch(/Max-Age|Expires/);
    await browser.visit((session) => session.login("ada", { remember: true }));
    expect(browser.setCookies[0]).toContain(`; Max-Age=${12 * 3_600};`);
    it.wait(MINUTE);
    await browser.visit((session) => session.rotate());
    expect(browser.setCookies[0]).toContain(`; Max-Age=${12 * 3_600 - 60};`);
    const persistent = bench({ cookie: { persistent: true } }).browser();
    await persistent.visit((session) => session.set("a", 1));
    expect(persistent.setCookies[0]).toContain(`; Max-Age=${12 * 3_600};`);
  });
});

describe("G14 nothing is silently dropped", () => {
  test("G14 a value that JSON would change throws at set, flash and update", async () => {
    const session = await bench().sessions.open({ headers: {} });
    const works = [
      () => session.set("at", { when: new Date() }),
      () => session.flash("at", { when: new Date() }),
      () => session.update("at", () => ({ when: new Date() })),
      () => {
        session.data.at = { when: new Date() };
      },
    ];
    for (const work of works) expect(failureOf(UnserialisableError, work).path).toBe("at.when");
  });

  test("G14 a nested one throws at commit, with its path, and nothing is stored", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("cart", [{}]));
    const session = await browser.open();
    Object.assign((session.data.cart as object[])[0] ?? {}, { addedAt: new Date() });
    it.calls.length = 0;
    const error = await rejectionOf(UnserialisableError, () => it.sessions.commit(session));
    expect(error.path).toBe("cart[0].addedAt");
    expect(it.calls).toEqual([]);
  });

  test("G14 one in a flash value too, beside data that are fine; both are saved once it is mended", async () => {
    const it = bench();
    const browser = it.browser();
    const session = await browser.open();
    const note: Record<string, unknown> = {};
    session.set("a", 1);
    session.flash("note", note);
    note.at = new Date();
    const error = await rejectionOf(UnserialisableError, () => it.sessions.commit(session));
    expect([error.path, it.calls.length]).toEqual(["note.at", 0]);
    note.at = "now";
    await browser.commit(session);
    const later = await browser.open();
    expect([later.get("a"), later.get("note")]).toEqual([1, { at: "now" }]);
  });

  test.each([
    ["http://shop.example/", false],
    ["http://localhost:3000/", true],
    ["http://127.0.0.1/", true],
    ["http://[::1]:3000/", true],
    ["https://shop.example/", true],
  ])("G14 a Secure cookie over %s is deliverable: %s", async (url, deliverable) => {
    const it = bench();
    const session = await it.sessions.open({ headers: { host: new URL(url).host }, url });
    session.set("a", 1);
    if (deliverable) expect(await it.sessions.commit(session)).toHaveLength(3);
    else {
      const error = await rejectionOf(CookieDeliveryError, () => it.sessions.commit(session));
      expect(error.message).toMatch(/shop\.example.*trust its proxy.*cookie\.secure/);
      expect(it.calls).toEqual([]);
    }
  });

  test("G14 what the framework says of the connection counts", async () => {
    const it = bench();
    const request = { headers: { host: "shop.example" }, socket: { encrypted: false } };
    const behindProxy = await it.sessions.open(request, { secure: () => true });
    behindProxy.set("a", 1);
    expect(await it.sessions.commit(behindProxy)).toHaveLength(3);
    const plain = await it.sessions.open(request);
    plain.login("ada");
    await rejectionOf(CookieDeliveryError, () => it.sessions.commit(plain));
    const allowed = bench({ cookie: { name: "sid", secure: false } });
    const session = await allowed.sessions.open(request);
    session.set("a", 1);
    expect(await allowed.sessions.commit(session)).toHaveLength(3);
  });
});

describe("G17 cross-site requests cannot act", () => {
  const cross = {
    "sec-fetch-site": "cross-site",
    origin: "https://evil.example",
    host: "shop.example",
  };

  test("G17 an unsafe one with a session is refused before the store is asked", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    it.calls.length = 0;
    const headers = { ...cross, cookie: `__Host-id=${browser.token}` };
    const error = await rejectionOf(CrossOriginError, () =>
      it.sessions.open({ method: "POST", headers }),
    );
    expect([error.status, error.expose, it.calls]).toEqual([403, true, []]);
    expect(it.eventsOf("cross-origin-refused")).toEqual([
      { method: "POST", origin: "https://evil.example" },
    ]);
    expect((await it.sessions.open({ method: "GET", headers })).userId).toBe("ada");
  });

  test("G17 one without a session may read as nobody, and may not start one", async () => {
    const it = bench();
    const request = { method: "POST", headers: cross };
    expect(await it.sessions.commit(await it.sessions.open(request))).toEqual([]);
    for (const work of ["set", "login"] as const) {
      const session = await it.sessions.open(request);
      if (work === "set") session.set("a", 1);
      else session.login("eve");
      await rejectionOf(CrossOriginError, () => it.sessions.commit(session));
    }
    expect(it.calls).toEqual([]);
    expect(it.eventsOf("cross-origin-refused")).toEqual([
      { method: "POST", origin: "https://evil.example" },
      { method: "POST", origin: "https://evil.example" },
    ]);
  });

  test("G17 a WebSocket upgrade from elsewhere is refused", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const headers = {
      host: "shop.example",
      upgrade: "websocket",
      cookie: `__Host-id=${browser.token}`,
    };
    const open = (origin: string) =>
      it.sessions.open({ method: "GET", headers: { ...headers, origin } });
    await rejectionOf(CrossOriginError, () => open("https://evil.example"));
    expect((await open("https://shop.example")).userId).toBe("ada");
  });

  test("G17 trusted origins may, and everybody where the check is off", async () => {
    for (const crossOrigin of [{ trusted: ["https://evil.example"] }, "allow"] as const) {
      const it = bench({ crossOrigin });
      const session = await it.sessions.open({ method: "POST", headers: cross });
      session.set("a", 1);
      expect(await it.sessions.commit(session)).toHaveLength(3);
    }
  });
});

describe("G18 caches", () => {
  test("G18 no-store goes with every cookie that is set or cleared, Vary with every look", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    expect(browser.headers).toContainEqual(["cache-control", "no-store"]);
    expect(browser.headers).toContainEqual(["vary", "Cookie"]);
    await browser.visit((session) => session.get("a"));
    expect(browser.headers).toEqual([["vary", "Cookie"]]);
    await browser.visit((session) => session.destroy());
    expect(browser.headers).toContainEqual(["cache-control", "no-store"]);
    await browser.visit(() => undefined);
    expect(browser.headers).toEqual([]);
  });

  test.each<[string, (session: Awaited<ReturnType<Browser["open"]>>) => unknown]>([
    ["get", (session) => session.get("a")],
    ["has", (session) => session.has("a")],
    ["data", (session) => session.data],
    ["userId", (session) => session.userId],
    ["id", (session) => session.id],
    ["isNew", (session) => session.isNew],
    ["createdAt", (session) => session.createdAt],
    ["expiresAt", (session) => session.expiresAt],
    ["authenticatedWithin", (session) => session.authenticatedWithin("1m")],
  ])("G18 %s is a look", async (_, look) => {
    const browser = bench().browser();
    await browser.visit(look);
    expect(browser.headers).toEqual([["vary", "Cookie"]]);
  });

  test("G18 no response has two Set-Cookie of ours", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    await browser.visit((session) => {
      session.rotate();
      session.set("a", 1);
      session.login("ada");
      session.rotate();
      session.regenerate();
      session.login("eve");
    });
    expect(browser.setCookies).toHaveLength(1);
    await browser.visit((session) => {
      session.login("eve");
      session.destroy();
    });
    expect(browser.setCookies).toHaveLength(1);
  });
});

describe("events", () => {
  test("tell a session's life, in order", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const id = idOf(browser.token);
    await browser.visit((session) => session.login("ada"));
    await browser.visit((session) => session.rotate());
    await browser.visit((session) => session.regenerate());
    const second = idOf(browser.token);
    await browser.visit((session) => session.destroy());
    expect(it.events).toEqual([
      ["created", { id, userId: undefined }],
      ["login", { id, userId: "ada" }],
      ["rotated", { id }],
      ["ended", { id, reason: "regenerated" }],
      ["created", { id: second, userId: undefined }],
      ["ended", { id: second, reason: "destroyed" }],
    ]);
  });

  test("a listener that throws does not break a commit, and its error surfaces", async () => {
    const it = bench();
    it.sessions.events.on("created", () => {
      throw new Error("listener's bug");
    });
    const browser = it.browser();
    const errors = await uncaught(() => browser.visit((session) => session.login("ada")));
    expect(errors).toEqual([new Error("listener's bug")]);
    expect((await browser.open()).userId).toBe("ada");
  });
});
