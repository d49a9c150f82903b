import { describe, expect, test } from "vitest";
import { rememberMe } from "../remember/options.ts";
import { createSessions } from "../session/manager.ts";
import { memoryStore } from "../store/memory.ts";
import { bench } from "../testing/bench.ts";
import { cookie, query } from "../transports.ts";
import { Exchange } from "./exchange.ts";

const line = (cookie: string) => ["set-cookie", `${cookie}; Path=/`] as const;

function delivered(...commits: readonly (readonly (readonly [string, string])[])[]) {
  const exchange = new Exchange(createSessions(), { headers: {} }, {});
  for (const headers of commits) exchange.deliver(headers);
  return exchange.headers;
}

describe("the headers of two commits in one response", () => {
  test("a cookie that only the first one told goes out with those of the second", () => {
    const [id, token] = [line("id=1"), line("remember=1")];
    expect(delivered([id, token], [token])).toEqual([id, token]);
    expect(delivered([token], [id])).toEqual([token, id]);
  });

  test("of one cookie the last line counts", () => {
    expect(delivered([line("id=1"), line("remember=1")], [line("id=2")])).toEqual([
      line("remember=1"),
      line("id=2"),
    ]);
  });

  test("a session in several cookies is told as a whole", () => {
    const before = [line("id=1"), line("id.1=1"), line("id.2=1")];
    expect(delivered(before, [line("id=2")])).toEqual([line("id=2")]);
  });

  test("of any other header too", () => {
    expect(delivered([["cache-control", "no-store"]], [["cache-control", "private"]])).toEqual([
      ["cache-control", "private"],
    ]);
  });
});

describe("a session that somebody else commits by hand", () => {
  async function taken() {
    const store = memoryStore();
    const sessions = createSessions({ storage: store });
    const exchange = new Exchange(sessions, { headers: {} }, {});
    const session = await exchange.takeOver();
    return { sessions, exchange, session };
  }

  test("what was left half done is neither saved nor told", async () => {
    const { sessions, exchange, session } = await taken();
    session.login("ann");
    await exchange.commit();
    expect(await sessions.list("ann")).toEqual([]);
    await sessions.commit(session);
    expect(exchange.headers).toEqual([]);
  });

  test("what comes after it was given back is saved again", async () => {
    const { sessions, exchange, session } = await taken();
    session.login("ann");
    const headers = await sessions.commit(session);
    exchange.giveBack();
    session.set("page", 1);
    await exchange.commit();
    const cookie = headers[0]?.[1].split(";")[0] ?? "";
    const next = await sessions.open({ headers: { cookie } });
    expect([next.userId, next.get("page")]).toEqual(["ann", 1]);
  });

  test("what was done to one that is set aside is not saved", async () => {
    const store = memoryStore();
    const sessions = createSessions({ storage: store });
    const exchange = new Exchange(sessions, { headers: {} }, {});
    const session = await exchange.load();
    session.login("ann");
    exchange.setAside();
    await exchange.commit();
    expect([exchange.headers, await sessions.list("ann")]).toEqual([[], []]);
  });
});

describe("a response for which a commit is asked for several times", () => {
  async function stored() {
    const store = memoryStore();
    const sessions = createSessions<{ list: unknown[] }>({ storage: store });
    const first = await sessions.open({ headers: {} });
    first.set("list", []);
    const headers = await sessions.commit(first);
    const cookie = headers[0]?.[1].split(";")[0] ?? "";
    return { store, sessions, request: { headers: { cookie } } };
  }

  test("a later one that refuses a value fails the response for good, as the first would", async () => {
    const { sessions, request } = await stored();
    const exchange = new Exchange(sessions, request, {});
    const session = await exchange.load();
    const list = session.get("list");
    await exchange.commit();
    list?.push(new Map());
    expect(() => exchange.commit()).toThrow(/list/);
    expect(exchange.headers).toEqual([]);
    // An error handler's response has nothing to commit any more.
    expect(exchange.commit()).toBeUndefined();
  });

  test("a rotation that its client does not know of is looked at once", async () => {
    const { sessions, browser, calls, wait } = bench();
    const visitor = browser();
    await visitor.visit((session) => session.set("list", []));
    const cookie = `__Host-id=${visitor.token}`;
    await visitor.visit((session) => session.rotate());
    wait(11_000);
    const exchange = new Exchange(sessions, { headers: { cookie } }, {});
    await exchange.load();
    calls.length = 0;
    await exchange.commit();
    expect(exchange.headers).toContainEqual([
      "set-cookie",
      expect.stringContaining(`${visitor.token}`),
    ]);
    exchange.delivered();
    await exchange.commit();
    exchange.headersLeft = true;
    await exchange.commit();
    expect([calls, exchange.headers]).toEqual([["read"], []]);
  });

  test("a later one waits for what a handler commits by hand, up to its last step", async () => {
    const { store, request } = await stored();
    const parked = Promise.withResolvers<void>();
    const tokens = memoryStore();
    const tokensParked = {
      ...tokens,
      create: async (...args: Parameters<typeof tokens.create>) => {
        await parked.promise;
        return tokens.create(...args);
      },
    };
    const sessions = createSessions({
      storage: store,
      remember: rememberMe({ store: tokensParked as never }),
    });
    const exchange = new Exchange(sessions, request, {});
    const session = await exchange.load();
    await exchange.commit();
    session.login("ann", { remember: true });
    const byHand = sessions.commit(session);
    const asked = exchange.commit();
    parked.resolve();
    await asked;
    expect(exchange.headers.map(([name]) => name)).toContain("set-cookie");
    await byHand;
  });

  test("a code that was handed out in between is told of to caches", async () => {
    const to = ["https://shop.example"];
    const sessions = createSessions({ transport: [cookie(), query("ticket", { to })] });
    const token = await sessions.issue("ann");
    const request = { headers: { cookie: `__Host-id=${token}` } };
    const exchange = new Exchange(sessions, request, {});
    const session = await exchange.load();
    expect(session.userId).toBe("ann");
    await exchange.commit();
    expect(exchange.headers).not.toContainEqual(["cache-control", "no-store"]);
    await sessions.handOff(session, "https://shop.example/");
    await exchange.commit();
    expect(exchange.headers).toContainEqual(["cache-control", "no-store"]);
  });
});
