import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type AccessToken,
  type SessionClient,
  type SessionClientOptions,
  sessionClient,
} from "../session.ts";
import type { Draft } from "./drafts.ts";

const MINUTE = 60_000;
const cleanups: Array<() => unknown> = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 2_000_000_000_000 });
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
  vi.useRealTimers();
});

let sites = 0;

/** A server with one session, by the rules of the core, whose clock is an hour ahead. */
function serve(transport: "cookie" | "bearer" = "cookie") {
  const baseUrl = `https://shop-${++sites}.example/`;
  const clock = () => Date.now() + 60 * MINUTE;
  const log: string[] = [];
  const server = {
    user: undefined as string | undefined,
    lastSeenAt: 0,
    down: false,
    valid: "token-0",
    refreshes: 0,
    log,
    requests: [] as Request[],
    login(user = "ann"): void {
      server.user = user;
      server.lastSeenAt = clock();
    },
    end: () => server.lastSeenAt + 30 * MINUTE,
    asked: () => log.filter((it) => it === "GET /session").length,
    async refresh(): Promise<AccessToken | undefined> {
      server.refreshes++;
      await Promise.resolve();
      if (server.user === undefined) return undefined;
      server.valid = `token-${server.refreshes}`;
      return { token: server.valid, expiresIn: "5m" };
    },
    async fetch(request: Request): Promise<Response> {
      const { pathname, origin } = new URL(request.url);
      log.push(`${request.method} ${pathname}`);
      server.requests.push(request);
      if (server.down) throw new TypeError("fetch failed");
      if (origin !== new URL(baseUrl).origin) return new Response("other");
      const token = request.headers.get("authorization");
      const known = transport === "cookie" || token === `Bearer ${server.valid}`;
      const alive = server.user !== undefined && clock() < server.end() && known;
      if (pathname === "/session") {
        const now = clock();
        if (!alive) return Response.json({ signedIn: false, resumed: false, now });
        return Response.json({
          signedIn: true,
          resumed: false,
          userId: server.user,
          lastSeenAt: server.lastSeenAt,
          expiresAt: server.end(),
          idleTimeout: 30 * MINUTE,
          touchEvery: MINUTE,
          now,
        });
      }
      if (!alive) return new Response("", { status: 401 });
      if (pathname === "/fails") return new Response("", { status: 500 });
      if (clock() - server.lastSeenAt >= MINUTE) server.lastSeenAt = clock();
      if (pathname === "/logout") server.user = undefined;
      return new Response(await request.text());
    },
  };
  const open = (options: SessionClientOptions = {}): SessionClient => {
    const bearer = transport === "bearer" ? { transport, refresh: server.refresh } : {};
    const client = sessionClient({ baseUrl, fetch: server.fetch, ...bearer, ...options });
    cleanups.push(client.close);
    return client;
  };
  return { server, open };
}

/** Until it holds: answers and other tabs need turns of the event loop, not time. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn > 1_000) throw new Error(`never: ${holds}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function drafts() {
  const kept = new Map<string, Draft>();
  return {
    get: async (key: string) => kept.get(key),
    set: async (key: string, draft: Draft) => void kept.set(key, draft),
    delete: async (key: string) => void kept.delete(key),
    clear: async () => kept.clear(),
  };
}

test("nobody, then somebody after a login, then a warning, then the end", async () => {
  const { server, open } = serve();
  const client = open();
  const states: string[] = [];
  client.onChange(({ before, state, userId }) => states.push(`${before} ${state} ${userId}`));
  expect(client.state).toBe("unknown");
  expect(await client.check()).toBe("anonymous");
  server.login();
  expect(await client.check()).toBe("signed-in");
  expect([client.userId, client.expiresIn]).toEqual(["ann", 30 * MINUTE]);
  await vi.advanceTimersByTimeAsync(28 * MINUTE);
  await until(() => client.state === "expiring");
  expect(client.expiresIn).toBe(2 * MINUTE);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  await until(() => client.state === "expired");
  expect([client.userId, client.expiresIn ?? 0]).toEqual([undefined, 0]);
  await until(() => states.length === 4);
  expect(states).toEqual([
    "unknown anonymous undefined",
    "anonymous signed-in ann",
    "signed-in expiring ann",
    "expiring expired undefined",
  ]);
});

test("requests move the end without asking, and bring back who was about to go", async () => {
  const { server, open } = serve();
  server.login();
  const client = open();
  await client.check();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  await client.fetch("/page");
  expect(client.expiresIn).toBe(30 * MINUTE);
  expect(server.asked()).toBe(1);
  await vi.advanceTimersByTimeAsync(28 * MINUTE);
  await until(() => client.state === "expiring");
  const asked = server.asked();
  await client.fetch("/page");
  expect([client.state, client.expiresIn]).toEqual(["signed-in", 30 * MINUTE]);
  // Whether it had a session to move, the server knows.
  expect(server.asked()).toBe(asked + 1);
});

test("no warning is given for a session that somebody else keeps alive", async () => {
  const { server, open } = serve();
  server.login();
  const client = open();
  await client.check();
  const states: string[] = [];
  client.onChange(({ state }) => states.push(state));
  await vi.advanceTimersByTimeAsync(27 * MINUTE);
  server.login();
  await vi.advanceTimersByTimeAsync(MINUTE);
  await until(() => client.expiresIn === 29 * MINUTE);
  expect([client.state, states]).toEqual(["signed-in", []]);
});

test("a server that does not answer leaves the session as it was, until its end", async () => {
  const { server, open } = serve();
  server.login();
  const client = open();
  await client.check();
  server.down = true;
  await expect(client.fetch("/page")).rejects.toThrow("fetch failed");
  expect([client.state, client.userId]).toEqual(["offline", "ann"]);
  server.down = false;
  await vi.advanceTimersByTimeAsync(30_000);
  await until(() => client.state === "signed-in");
  server.down = true;
  await vi.advanceTimersByTimeAsync(30 * MINUTE);
  await until(() => client.state === "expired");
});

test("an abort is not the network's", async () => {
  const { server, open } = serve();
  server.login();
  const client = open({
    fetch: async (request) => {
      request.signal.throwIfAborted();
      return server.fetch(request);
    },
  });
  await client.check();
  await expect(client.fetch("/page", { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(client.state).toBe("signed-in");
});

test("a 401 is looked into", async () => {
  const { server, open } = serve();
  server.login();
  const client = open();
  await client.check();
  server.user = undefined;
  expect((await client.fetch("/page")).status).toBe(401);
  await until(() => client.state === "expired");
});

test("only unsafe requests to the own origin get the CSRF token, and only that origin the cookies", async () => {
  const { server, open } = serve();
  server.login();
  const client = open({ csrf: () => "masked" });
  const ask = async (input: string, method: string) => {
    await client.fetch(input, { method });
    const { headers, credentials } = server.requests.at(-1) as Request;
    return [headers.get("x-csrf-token"), credentials];
  };
  await client.check();
  expect(server.requests.at(-1)?.credentials).toBe("include");
  expect(await ask("/page", "GET")).toEqual([null, "include"]);
  expect(await ask("/page", "POST")).toEqual(["masked", "include"]);
  expect(await ask("https://other.example/", "POST")).toEqual([null, "same-origin"]);
});

test("ten requests with an expired token wait for one refresh, and each is sent once more", async () => {
  const { server, open } = serve("bearer");
  server.login();
  const client = open();
  await client.check();
  expect([server.refreshes, client.state]).toEqual([1, "signed-in"]);
  server.valid = "revoked";
  const bodies = Array.from({ length: 10 }, async (_, i) => {
    const response = await client.fetch("/page", { method: "POST", body: `${i}` });
    return response.text();
  });
  expect(await Promise.all(bodies)).toEqual([..."0123456789"]);
  expect(server.refreshes).toBe(2);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  server.log.length = 0;
  await Promise.all(Array.from({ length: 10 }, () => client.fetch("/page")));
  expect([server.refreshes, server.log]).toEqual([3, Array(10).fill("GET /page")]);
});

test("a token goes to no other origin", async () => {
  const { server, open } = serve("bearer");
  server.login();
  const client = open();
  await client.check();
  await client.fetch("https://other.example/");
  expect(server.requests.at(-1)?.headers.get("authorization")).toBeNull();
});

test("a request that is refused again is not sent a third time", async () => {
  const { server, open } = serve("bearer");
  server.login();
  const client = open({ refresh: async () => ({ token: `wrong-${server.refreshes++}` }) });
  await client.check();
  server.log.length = 0;
  expect((await client.fetch("/page")).status).toBe(401);
  expect(server.log.filter((it) => it === "GET /page")).toHaveLength(2);
});

test("a refresh that was under way at the sign-out brings no token back", async () => {
  const { server, open } = serve("bearer");
  server.login();
  const client = open();
  await client.check();
  let release = (): void => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = vi.spyOn(server, "refresh");
  slow.mockImplementation(async () => {
    await waiting;
    return { token: "late" };
  });
  const other = open({ refresh: server.refresh });
  const late = other.fetch("/page");
  await client.signOut("/logout");
  await until(() => other.state === "anonymous");
  release();
  await late;
  await other.fetch("/page");
  expect(server.requests.map(({ headers }) => headers.get("authorization"))).not.toContain(
    "Bearer late",
  );
});

test("an answer that was under way at the sign-out signs nobody in again", async () => {
  const { server, open } = serve();
  server.login();
  let hold = Promise.resolve();
  const client = open({
    fetch: async (request) => {
      const response = await server.fetch(request);
      if (request.url.endsWith("/session")) await hold;
      return response;
    },
  });
  await client.check();
  let release = (): void => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  const late = client.check();
  await client.signOut("/logout");
  release();
  expect(await late).toBe("anonymous");
});

test("a tab that knew of nobody has a token again after a login in another", async () => {
  const { server, open } = serve("bearer");
  const tabs = [open(), open()] as const;
  for (const tab of tabs) expect(await tab.check()).toBe("anonymous");
  expect((await tabs[1].fetch("/page")).status).toBe(401);
  server.login();
  server.valid = "of-the-login";
  await vi.advanceTimersByTimeAsync(1);
  expect(await tabs[0].signedIn({ token: server.valid, expiresIn: "5m" })).toBe("signed-in");
  await until(() => tabs[1].userId === "ann");
  expect((await tabs[1].fetch("/page")).status).toBe(200);
});

test("a sign-out reaches every tab, as such, and so does what requests move", async () => {
  const { server, open } = serve();
  server.login();
  const tabs = [open(), open(), open()];
  for (const tab of tabs) await tab.check();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  await tabs[0]?.fetch("/page");
  await until(() => tabs.every(({ expiresIn }) => expiresIn === 30 * MINUTE));
  await tabs[1]?.signOut("/logout");
  await until(() => tabs.every(({ state }) => state === "anonymous"));
  server.login("bob");
  await tabs[2]?.check();
  await until(() => tabs.every(({ userId }) => userId === "bob"));
});

test("a draft of a page that has just opened waits for whose it is, and so does what was kept", async () => {
  const { server, open } = serve();
  server.login();
  const store = drafts();
  // Before the endpoint's first answer: it must not be kept as nobody's, which everybody would get.
  await open({ drafts: store }).drafts.save("checkout", "1 Grove Lane");
  expect(await store.get("checkout")).toEqual({ owner: "ann", value: "1 Grove Lane" });
  expect(await open({ drafts: store }).drafts.load("checkout")).toBe("1 Grove Lane");
  server.login("bob");
  expect(await open({ drafts: store }).drafts.load("checkout")).toBeUndefined();
});

test("what is typed while the endpoint does not answer waits for whose it is, and so does that the server has it", async () => {
  const { server, open } = serve();
  server.login();
  server.down = true;
  const store = drafts();
  const client = open({ drafts: store });
  expect(await client.check()).toBe("offline");
  const saved = client.drafts.save("checkout", "1 Grove Lane");
  const other = client.drafts.save("order", "2 Grove Lane").then(() => client.drafts.done("order"));
  expect(await client.drafts.load("checkout")).toBeUndefined();
  expect(await store.get("checkout")).toBeUndefined();
  server.down = false;
  await client.check();
  await Promise.all([saved, other]);
  expect(await store.get("checkout")).toEqual({ owner: "ann", value: "1 Grove Lane" });
  expect(await store.get("order")).toBeUndefined();
});

test("a sign-out that the server did not do changes nothing", async () => {
  const { server, open } = serve();
  server.login();
  const store = drafts();
  const client = open({ drafts: store });
  await client.check();
  await client.drafts.save("checkout", "1 Grove Lane");
  expect((await client.signOut("/fails")).status).toBe(500);
  server.down = true;
  await expect(client.signOut("/logout")).rejects.toThrow("fetch failed");
  expect(client.userId).toBe("ann");
  expect(await client.drafts.load("checkout")).toBe("1 Grove Lane");
});

test("a draft outlives the session's end, is for its user alone, and goes with the sign-out", async () => {
  const { server, open } = serve();
  server.login();
  const store = drafts();
  const client = open({ drafts: store });
  await client.check();
  server.user = undefined;
  expect(await client.check()).toBe("expired");
  await client.drafts.save("checkout", "1 Grove Lane");
  server.login("bob");
  await client.check();
  expect(await client.drafts.load("checkout")).toBeUndefined();
  server.login("ann");
  await client.check();
  expect(await client.drafts.load("checkout")).toBe("1 Grove Lane");
  await client.drafts.done("checkout");
  expect(await client.drafts.load("checkout")).toBeUndefined();
  await client.drafts.save("checkout", "2 Grove Lane");
  await client.signOut("/logout");
  expect(await client.drafts.load("checkout")).toBeUndefined();
});

test("a page that is opened after the end tells the others, and they know still whose it was", async () => {
  const { server, open } = serve();
  server.login();
  const store = drafts();
  const client = open({ drafts: store });
  await client.check();
  server.user = undefined;
  await vi.advanceTimersByTimeAsync(1);
  const fresh = open();
  expect(await fresh.check()).toBe("anonymous");
  await until(() => client.state === "expired");
  await client.drafts.save("checkout", "1 Grove Lane");
  expect((await store.get("checkout"))?.owner).toBe("ann");
});

test("what a visitor has typed before the login is theirs after it", async () => {
  const { server, open } = serve();
  const client = open({ drafts: drafts() });
  await client.check();
  await client.drafts.save("checkout", "1 Grove Lane");
  server.login();
  await client.check();
  expect(await client.drafts.load("checkout")).toBe("1 Grove Lane");
});

test("after close requests go through, and nothing is told", async () => {
  const { server, open } = serve();
  server.login();
  const [client, other] = [open(), open()];
  for (const tab of [client, other]) await tab.check();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  client.close();
  expect((await client.fetch("/page")).status).toBe(200);
  expect((await client.signOut("/logout")).status).toBe(200);
  expect(vi.getTimerCount()).toBe(1);
  expect(other.state).toBe("signed-in");
});

test.each([
  ["transport", { transport: "header" }],
  ["refresh", { transport: "bearer" }],
  ["refresh", { refresh: async () => undefined }],
  ["warnBefore", { warnBefore: 120 }],
  ["baseUrl", { baseUrl: "nowhere" }],
  ["endpoint", { endpoint: "https://other.example/session" }],
])("%s of %j is refused", (option, wrong) => {
  const options = { baseUrl: "https://shop.example/", ...wrong } as SessionClientOptions;
  expect(() => sessionClient(options)).toThrow(expect.objectContaining({ code: "config", option }));
});
