import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SessionConfigError, SessionNotLoadedError, SessionStoreError } from "../../errors.ts";
import { createSessions } from "../../session/manager.ts";
import type { SessionStore } from "../../store/contract.ts";
import { memoryStore } from "../../store/memory.ts";
import { bench, idOf, methodsOf, START, type SyncStore } from "../../testing/bench.ts";
import { HOST, handOffBench, NAVIGATION, SHOP } from "../../testing/hand-off.ts";
import { bearer, cookie, query } from "../../transports.ts";

const codeIn = (url: string) => new URL(url).searchParams.get("ticket") as string;

describe.each([false, true])("a hand-off, store by promises: %s", (asynchronous) => {
  test("starts a session of its own for the same user, and sends the client on without the code", async () => {
    const { link, go, ann, whoIs, memory } = await handOffBench({ asynchronous });
    const url = await link();
    expect(url).toMatch(/^https:\/\/shop\.example\/welcome\?x=1&ticket=[\w-]{43}$/);
    const { status, headers, token } = await go(url);
    expect(status).toBe(303);
    expect(headers.get("location")).toBe("?x=1");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(await whoIs(token)).toBe("ann");
    expect(idOf(token)).not.toBe(idOf(ann.token));
    expect(memory.read(idOf(token))?.data).toBe('{"cart":["apple"]}');
  });

  test("is good once", async () => {
    const { link, go, refusals } = await handOffBench({ asynchronous });
    const url = await link();
    await go(url);
    const again = await go(url);
    expect([again.status, again.headers.get("location"), again.token]).toEqual([
      303,
      "?x=1",
      undefined,
    ]);
    expect(refusals).toEqual(["unknown"]);
  });

  test("of many requests with one code at once, one gets a session", async () => {
    const { link, go, sessions, refusals } = await handOffBench({ asynchronous });
    const url = await link();
    const all = await Promise.all(Array.from({ length: 8 }, () => go(url)));
    expect(all.filter(({ token }) => token)).toHaveLength(1);
    expect(all.every(({ status }) => status === 303)).toBe(true);
    expect(refusals).toHaveLength(7);
    expect(await sessions.list("ann")).toHaveLength(2);
  });
});

describe("the session that is handed off", () => {
  test("G8 lives on as long as before, and its user is no fresher", async () => {
    const { link, go, wait, memory, ann } = await handOffBench({
      timeouts: { idle: "1h", absolute: "2h" },
    });
    wait(50 * 60_000);
    await ann.visit((session) => session.touch());
    wait(50 * 60_000);
    const { token } = await go(await link());
    const [before, after] = [ann.token, token].map((it) => memory.read(idOf(it)));
    expect(after?.authenticatedAt).toBe(before?.authenticatedAt);
    const deadlines = [before, after].map((it) => JSON.parse(it?.state ?? "").endsAt);
    expect(deadlines[1]).toBe(deadlines[0]);
    expect(after?.expiresAt).toBe(deadlines[0]);
  });

  test("is one of the user's: listed, revoked, and no longer tied to the other", async () => {
    const { link, go, sessions, whoIs, ann } = await handOffBench();
    const first = (await go(await link())).token;
    expect((await sessions.list("ann")).map(({ id }) => id)).toContain(idOf(first));
    await ann.visit((session) => session.destroy());
    expect(await whoIs(first)).toBe("ann");
    await sessions.revokeUser("ann");
    expect(await whoIs(first)).toBeUndefined();
  });

  test("is gone with the browser, also where the other is remembered", async () => {
    const { link, go, browser } = await handOffBench();
    const bob = browser();
    await bob.visit((session) => session.login("bob", { remember: true }));
    expect(bob.setCookies[0]).toContain("Max-Age");
    const { headers } = await go(await link(bob));
    expect(headers.get("set-cookie")).not.toContain("Max-Age");
  });

  test("leaves the flash to the one who is to see it", async () => {
    const { link, go, browser, ann, sessions } = await handOffBench();
    await ann.visit((session) => session.flash("notice", "saved"));
    const there = browser();
    there.token = (await go(await link())).token;
    expect(await there.visit((session) => session.get("notice"))).toBeUndefined();
    expect(await ann.visit((session) => session.get("notice"))).toBe("saved");
    expect(await sessions.list("ann")).toHaveLength(2);
  });

  test("may be an anonymous one with its data", async () => {
    const { link, go, browser, memory, eventsOf } = await handOffBench();
    const visitor = browser();
    await visitor.visit((session) => session.set("cart", ["pear"]));
    const { token } = await go(await link(visitor));
    const [before, after] = [visitor.token, token].map((it) => memory.read(idOf(it)));
    expect([after?.userId, after?.data]).toEqual([null, '{"cart":["pear"]}']);
    expect(JSON.parse(after?.state ?? "").endsAt).toBe(JSON.parse(before?.state ?? "").endsAt);
    expect(eventsOf("handed-off")).toEqual([
      { id: idOf(token), from: idOf(visitor.token), userId: undefined },
    ]);
  });

  test("is told of by events, and no login is", async () => {
    const { link, go, ann, events, eventsOf } = await handOffBench();
    const url = await link();
    events.length = 0;
    const { token } = await go(url);
    expect(eventsOf("handed-off")).toEqual([
      { id: idOf(token), from: idOf(ann.token), userId: "ann" },
    ]);
    expect(eventsOf("created")).toEqual([{ id: idOf(token), userId: "ann" }]);
    expect(eventsOf("login")).toEqual([]);
  });

  test("G9 counts at the limit", async () => {
    const { link, go, sessions, ann, whoIs } = await handOffBench({ limits: { perUser: 2 } });
    const tokens: (string | undefined)[] = [];
    for (let n = 0; n < 3; n++) {
      if ((await whoIs(ann.token)) === undefined) break;
      tokens.push((await go(await link())).token);
      expect((await sessions.list("ann")).length).toBeLessThanOrEqual(2);
    }
    expect(await whoIs(tokens.at(-1))).toBe("ann");
  });

  test("G9 where the limit rejects it, the client is sent on as who it was", async () => {
    const { link, go, sessions, browser, refusals, whoIs } = await handOffBench({
      limits: { perUser: 1, onLimit: "reject" },
    });
    const visitor = browser();
    await visitor.visit((session) => session.set("cart", ["pear"]));
    const { status, pairs } = await go(await link(), { cookie: visitor.token });
    expect(status).toBe(303);
    expect(pairs.map(([name]) => name)).not.toContain("set-cookie");
    expect(refusals).toEqual(["limit"]);
    expect(await sessions.list("ann")).toHaveLength(1);
    expect(await whoIs(visitor.token)).toBeUndefined();
    expect(await visitor.visit((session) => session.get("cart"))).toEqual(["pear"]);
  });
});

describe("a code", () => {
  test("G2 is kept as a digest, and opens nothing as a token", async () => {
    const stored: string[] = [];
    const memory = methodsOf(memoryStore() as unknown as SyncStore);
    const create: SessionStore["create"] = (record, limit) => {
      stored.push(record.id, JSON.stringify(record));
      return memory.create(record, limit);
    };
    const { link, sessions, ann } = await handOffBench({ storage: { ...memory, create } });
    stored.length = 0;
    const code = codeIn(await link());
    const [id, text] = stored as [string, string];
    expect(text).not.toContain(code);
    expect(text).not.toContain((ann.token as string).split(".")[1] as string);
    for (const secret of [code, "A".repeat(43)]) {
      const headers = { cookie: `__Host-id=${id}.${secret}` };
      expect((await sessions.open({ headers })).isNew).toBe(true);
    }
    expect(await sessions.list("ann")).toHaveLength(1);
  });

  test("G3 that cannot be one never reaches the store", async () => {
    const { go, calls, refusals } = await handOffBench();
    calls.length = 0;
    for (const code of ["", "x", "a".repeat(43), `${"a".repeat(42)}%41`, "A".repeat(44)]) {
      const { status } = await go(`${SHOP}/?ticket=${code}`);
      expect(status).toBe(303);
    }
    expect(calls).toEqual([]);
    expect(refusals).toEqual(Array(5).fill("unknown"));
  });

  test("two of them in one URL are none, and none of them is used up", async () => {
    const { link, go, refusals } = await handOffBench();
    const [one, two] = [await link(), await link()];
    const { headers } = await go(`${one}&ticket=${codeIn(two)}`);
    expect([headers.get("location"), refusals]).toEqual(["?x=1", ["unknown"]]);
    expect((await go(one)).token).toBeDefined();
  });

  test("is good for a minute, or as long as its option says", async () => {
    for (const [lifetime, ms] of [
      [undefined, 60_000],
      ["5m", 300_000],
    ] as const) {
      const { link, go, wait } = await handOffBench(lifetime ? { lifetime } : {});
      const [inTime, late] = [await link(), await link()];
      wait(ms - 1);
      expect((await go(inTime)).token).toBeDefined();
      wait(1);
      expect((await go(late)).token).toBeUndefined();
    }
  });

  test("is good at the host for which it was made, and is used up at another", async () => {
    const { link, go, refusals } = await handOffBench();
    const url = await link();
    expect((await go(url.replace("shop.", "other."))).token).toBeUndefined();
    expect((await go(url)).token).toBeUndefined();
    expect(refusals).toEqual(["elsewhere", "unknown"]);
  });

  test("of another manager is none", async () => {
    const { link, memory, sessions } = await handOffBench();
    const url = await link();
    const other = await handOffBench({ storage: memory, cookie: { name: "__Host-admin" } });
    expect((await other.go(url)).token).toBeUndefined();
    expect(await sessions.list("ann")).toHaveLength(2);
  });

  test.each([
    ["logged out", "destroy"],
    ["regenerated", "regenerate"],
  ] as const)("is worthless when its session is %s", async (_, end) => {
    const { link, go, ann, refusals } = await handOffBench();
    const url = await link();
    await ann.visit((session) => session[end]());
    expect((await go(url)).token).toBeUndefined();
    expect(refusals).toEqual(["ended"]);
  });

  test("is worthless when its anonymous session is regenerated", async () => {
    const { link, go, browser, refusals } = await handOffBench();
    const visitor = browser();
    await visitor.visit((session) => session.set("cart", ["pear"]));
    const url = await link(visitor);
    await visitor.visit((session) => {
      session.regenerate();
      session.set("a", 1);
    });
    expect((await go(url)).token).toBeUndefined();
    expect(refusals).toEqual(["ended"]);
  });

  test("expires by our own clock, whether or not the store noticed; so does its session", async () => {
    const slow = () => memoryStore({ clock: () => START });
    const code = await handOffBench({ storage: slow() });
    const url = await code.link();
    code.wait(60_000);
    expect((await code.go(url)).token).toBeUndefined();
    const session = await handOffBench({ storage: slow(), timeouts: { idle: "30s" } });
    const late = await session.link();
    session.wait(30_000);
    expect((await session.go(late)).token).toBeUndefined();
    expect([code.refusals, session.refusals]).toEqual([["unknown"], ["ended"]]);
  });

  test("is worthless when its user's sessions are revoked", async () => {
    const { link, go, sessions } = await handOffBench();
    const url = await link();
    await sessions.revokeUser("ann");
    expect((await go(url)).token).toBeUndefined();
  });

  test("G4 of before a login is worthless, as the token is", async () => {
    const { link, go, browser, refusals, wait, ann } = await handOffBench();
    const victim = browser();
    await victim.visit((session) => session.set("cart", []));
    const planted = await link(victim);
    await victim.visit((session) => session.login("victim"));
    const again = await link();
    wait(1);
    await ann.visit((session) => session.login("ann"));
    for (const url of [planted, again]) expect((await go(url)).token).toBeUndefined();
    expect(refusals).toEqual(["ended", "ended"]);
  });

  test("outlives a rotation", async () => {
    const { link, go, ann, whoIs } = await handOffBench();
    const url = await link();
    await ann.visit((session) => session.rotate());
    await ann.visit((session) => session.get("cart"));
    expect(await whoIs((await go(url)).token)).toBe("ann");
  });

  test("G15 shows in no event", async () => {
    const { link, go, events } = await handOffBench();
    const url = await link();
    await go(url);
    await go(url);
    expect(inspect(events, { depth: 9 })).not.toContain(codeIn(url));
  });
});

describe("a client that arrives", () => {
  test("logged in as another user stays who it is: a planted link replaces nobody", async () => {
    const { link, go, browser, whoIs, refusals } = await handOffBench();
    const victim = browser();
    await victim.visit((session) => session.login("victim"));
    const url = await link();
    const { status, token } = await go(url, { cookie: victim.token });
    expect([status, token]).toEqual([303, victim.token]);
    expect(await whoIs(token)).toBe("victim");
    expect(refusals).toEqual(["occupied"]);
    // The code stands in a history now.
    expect((await go(url)).token).toBeUndefined();
  });

  test("logged in as the same user keeps its session", async () => {
    const { link, go, ann, sessions } = await handOffBench();
    expect((await go(await link(), { cookie: ann.token })).token).toBe(ann.token);
    expect(await sessions.list("ann")).toHaveLength(1);
  });

  test("with an anonymous session gets the one that is handed off; the other is worthless at once", async () => {
    const { link, go, browser, whoIs, memory, eventsOf } = await handOffBench();
    const visitor = browser();
    await visitor.visit((session) => session.set("cart", ["pear"]));
    const { token } = await go(await link(), { cookie: visitor.token });
    expect(await whoIs(token)).toBe("ann");
    expect(memory.read(idOf(token))?.data).toBe('{"cart":["apple"]}');
    expect(await visitor.visit((session) => session.get("cart"))).toBeUndefined();
    expect(eventsOf("ended")).toEqual([{ id: idOf(visitor.token), reason: "regenerated" }]);
  });

  test("with a cookie that a login has just replaced keeps what that login gave", async () => {
    const { link, go, browser, refusals } = await handOffBench();
    const visitor = browser();
    await visitor.visit((session) => session.set("a", 1));
    const before = visitor.copy();
    await visitor.visit((session) => session.login("bob"));
    const { pairs } = await go(await link(), { cookie: before.token });
    expect(pairs.map(([name]) => name)).not.toContain("set-cookie");
    expect(refusals).toEqual(["occupied"]);
  });

  test.each(["read", "destroy", "create", "update"] as const)(
    "and logs in by another page before the exchange's %s stays who it is by then",
    async (call) => {
      const { link, go, browser, before, whoIs, refusals, sessions } = await handOffBench({
        asynchronous: true,
      });
      const victim = browser();
      await victim.visit((session) => session.set("cart", ["pear"]));
      const page = victim.copy();
      const url = await link();
      // The first read is that of the page's own session.
      if (call === "read") before("read", () => {});
      before(call, () => page.visit((session) => session.login("victim")));
      const { token, pairs } = await go(url, { cookie: victim.token });
      expect(pairs.map(([name]) => name)).not.toContain("set-cookie");
      expect(token).toBe(victim.token);
      expect(refusals).toEqual(["occupied"]);
      expect(await whoIs(page.token)).toBe("victim");
      expect(await sessions.list("ann")).toHaveLength(1);
    },
  );

  test("with two good cookies of different users is taken to be logged in", async () => {
    const { sessions, refusals } = await handOffBench({ cookie: { name: "id" } });
    const [ann, bob] = [await sessions.issue("ann"), await sessions.issue("bob")];
    const holder = await sessions.open({ headers: { cookie: `id=${ann}` } });
    const { pathname, search } = new URL(await sessions.handOff(holder, SHOP));
    const headers = { host: HOST, ...NAVIGATION, cookie: `id=${ann}; id=${bob}` };
    const arrived = await sessions.open({ url: pathname + search, headers });
    const names = (await sessions.commit(arrived)).map(([name]) => name);
    expect(names).not.toContain("set-cookie");
    expect(refusals).toEqual(["occupied"]);
  });

  test.each([
    ["a scanner of links", { method: "HEAD" }],
    ["a form", { method: "POST" }],
    ["a picture", { headers: { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" } }],
    ["a script", { headers: { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" } }],
    ["a fetch", { headers: { "sec-fetch-mode": "cors" } }],
    ["a frame", { headers: { "sec-fetch-dest": "iframe" } }],
    ["a WebSocket", { headers: { upgrade: "websocket" } }],
  ])("as %s does not use the code up", async (_, arrival) => {
    const { link, go, calls } = await handOffBench();
    const url = await link();
    calls.length = 0;
    const { status, token, pairs } = await go(url, arrival);
    expect([status, token, calls]).toEqual([undefined, undefined, []]);
    expect(pairs).toEqual([
      ["referrer-policy", "no-referrer"],
      ["cache-control", "no-store"],
    ]);
    expect((await go(url)).token).toBeDefined();
  });

  test.each([
    { "sec-purpose": "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
    // As Chromium and Firefox send it for a `<link rel="prefetch">`.
    { "sec-purpose": "prefetch", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty" },
    { purpose: "prefetch" },
    { "x-moz": "prefetch" },
    { "x-purpose": "preview" },
  ])("ahead of its user (%j) is told to come again", async (headers) => {
    const { link, go } = await handOffBench();
    const url = await link();
    const { status, token, headers: answer } = await go(url, { headers });
    expect([status, token, answer.get("location")]).toEqual([503, undefined, undefined]);
    expect(answer.get("cache-control")).toBe("no-store");
    expect((await go(url)).token).toBeDefined();
  });

  test("from another site is refused where a SameSite=Strict cookie hides who it is", async () => {
    const { link, go, refusals } = await handOffBench({ cookie: { sameSite: "strict" } });
    for (const site of ["cross-site", "none", undefined]) {
      const headers = site === undefined ? {} : { "sec-fetch-site": site };
      expect((await go(await link(), { headers })).token).toBeUndefined();
    }
    expect(refusals).toEqual(Array(3).fill("cross-site"));
    expect(
      (await go(await link(), { headers: { "sec-fetch-site": "same-site" } })).token,
    ).toBeDefined();
  });

  test("gets a cookie, also where new sessions go out by another way", async () => {
    const { link, go, whoIs } = await handOffBench({
      transport: [bearer(), cookie(), query("ticket", { to: [SHOP] })],
    });
    const { token, pairs } = await go(await link());
    expect(await whoIs(token)).toBe("ann");
    expect(pairs.map(([name]) => name)).not.toContain("x-session-token");
  });

  test("that cannot speak of fetch metadata gets its session", async () => {
    const { link, sessions, whoIs } = await handOffBench();
    const request = new Request(await link());
    expect(sessions.answerTo(request)).toBe(303);
    const headers = new Map(await sessions.commit(await sessions.open(request)));
    expect(headers.get("location")).toBe("?x=1");
    const token = headers.get("set-cookie")?.split(/[=;]/)[1];
    expect(await whoIs(token)).toBe("ann");
  });

  test("commits again without a second exchange", async () => {
    const { link, openAt, sessions, eventsOf } = await handOffBench();
    const session = await openAt(await link());
    const first = await sessions.commit(session);
    const second = await sessions.commit(session);
    expect(first.map(([name]) => name)).toContain("set-cookie");
    expect(second.map(([name]) => name)).toEqual(["location", "referrer-policy", "cache-control"]);
    expect(eventsOf("hand-off-refused")).toEqual([]);
    expect(session.userId).toBe("ann");
  });
});

describe("a hand-off and its store", () => {
  test.each(["read", "destroy", "create"] as const)(
    "G10 a store whose %s fails: 503, and nothing that changes what the client holds",
    async (call) => {
      const { link, openAt, sessions, before } = await handOffBench();
      const url = await link();
      before(call, () => {
        throw new Error("disk full");
      });
      const session = await openAt(url);
      await expect(sessions.commit(session)).rejects.toThrow(SessionStoreError);
    },
  );

  test("G6 a commit that is tried again after such a failure asks for the first session again", async () => {
    const { link, openAt, sessions, before, refusals } = await handOffBench();
    const failing = async () => {
      const session = await openAt(await link());
      before("create", () => {
        throw new Error("disk full");
      });
      await expect(async () => sessions.commit(session)).rejects.toThrow(SessionStoreError);
      return session;
    };
    const [kept, revoked] = [await failing(), await failing()];
    const names = (await sessions.commit(kept)).map(([name]) => name);
    expect(names).toContain("set-cookie");
    await sessions.revokeUser("ann");
    const later = (await sessions.commit(revoked)).map(([name]) => name);
    expect(later).not.toContain("set-cookie");
    expect(refusals).toEqual(["ended"]);
    expect(await sessions.list("ann")).toEqual([]);
  });

  test('G10 with onStoreError: "anonymous" nobody is put in place of a client that may be logged in', async () => {
    const { link, openAt, sessions, before, browser, go } = await handOffBench({
      onStoreError: "anonymous",
    });
    const victim = browser();
    await victim.visit((session) => session.login("victim"));
    const url = await link();
    before("read", () => {
      throw new Error("disk full");
    });
    const session = await openAt(url, { cookie: victim.token });
    await expect(sessions.commit(session)).rejects.toThrow(SessionStoreError);
    expect((await go(url)).token).toBeDefined();
  });

  test("a schema sees the data in today's shape", async () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) => {
          const { cart } = value as { cart?: unknown };
          if (cart !== undefined && !Array.isArray(cart)) return { issues: [{ message: "no" }] };
          return { value: { theme: "dark", ...(value as object) } };
        },
      },
    };
    const { link, go, memory } = await handOffBench({ schema });
    const { token } = await go(await link());
    const data = JSON.parse(memory.read(idOf(token))?.data ?? "");
    expect(data).toEqual({ theme: "dark", cart: ["apple"] });
  });
});

describe("handOff()", () => {
  test("G4 takes along for whom the user acts and who that is, and no step-up", async () => {
    const { sessions, ann, go } = await handOffBench();
    await ann.visit((session) => session.actAs("bob"));
    await ann.visit((session) => session.elevate("5m"));
    const url = await sessions.handOff(await ann.open(), `${SHOP}/`);
    const { token } = await go(url);
    const session = await sessions.open({ headers: { cookie: `__Host-id=${token}` } });
    expect([session.userId, session.actorId, session.elevatedUntil]).toEqual([
      "bob",
      "ann",
      undefined,
    ]);
  });

  test.each([
    "https://evil.example/",
    "http://shop.example/",
    "/welcome",
    "//shop.example",
    "javascript:alert(1)",
    "blob:https://shop.example/1b4e28ba",
  ])("refuses %s: whoever may choose the target would get the session", async (url) => {
    const { sessions, ann, calls } = await handOffBench();
    const session = await ann.open();
    calls.length = 0;
    await expect(sessions.handOff(session, url)).rejects.toThrow(/must lead to one of query.to/);
    expect(calls).toEqual([]);
  });

  test("refuses another manager's session, which would become one of this one", async () => {
    const { sessions, memory } = await handOffBench();
    const cookie = { name: "__Host-admin" } as const;
    const admins = createSessions({ storage: memory, cookie });
    const token = await admins.issue("root");
    const session = await admins.open({ headers: { cookie: `__Host-admin=${token}` } });
    await expect(sessions.handOff(session as never, SHOP)).rejects.toThrow(SessionConfigError);
  });

  test("G18 keeps the page with the code in it out of caches", async () => {
    const { sessions, ann } = await handOffBench();
    const session = await ann.open();
    await sessions.handOff(session, SHOP);
    expect(await sessions.commit(session)).toContainEqual(["cache-control", "no-store"]);
    const other = await ann.open();
    expect(await sessions.commit(other)).toEqual([]);
  });

  test("needs a session that is stored as it is", async () => {
    const { sessions, browser, ann, wait } = await handOffBench();
    const fresh = await browser().open();
    fresh.set("a", 1);
    const loggedIn = await ann.open();
    wait(1);
    loggedIn.login("ann");
    const ended = await ann.open();
    ended.destroy();
    for (const session of [fresh, loggedIn, ended]) {
      await expect(sessions.handOff(session, SHOP)).rejects.toThrow(SessionNotLoadedError);
    }
    await sessions.commit(fresh);
    await expect(sessions.handOff(fresh, SHOP)).resolves.toMatch(
      /^https:\/\/shop\.example\/\?ticket=/,
    );
  });

  test("replaces a parameter of that name, and takes a URL object", async () => {
    const { sessions, ann } = await handOffBench();
    const url = await sessions.handOff(await ann.open(), new URL(`${SHOP}/a?ticket=x&b=1#c`));
    expect(url).toMatch(/^https:\/\/shop\.example\/a\?ticket=[\w-]{43}&b=1#c$/);
  });

  test("without query() says what is missing", async () => {
    const { sessions, browser } = bench();
    const session = await browser().open();
    await expect(sessions.handOff(session, SHOP)).rejects.toThrow(SessionConfigError);
    expect(sessions.answerTo({ url: "/?ticket=x", headers: {} })).toBeUndefined();
  });
});
