import { createSessions, memoryStore, type SessionStore } from "@coatcheck/core";
import type { GuardOptions } from "@coatcheck/core/guards";
import { type Answer, Visitor } from "@coatcheck/testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { GuardedApp } from "./apps/app.ts";
import { expressApp } from "./apps/express.ts";
import { fastifyConfig, fastifyEarly, fastifyHooks } from "./apps/fastify.ts";
import { koaApp } from "./apps/koa.ts";
import { nestOnExpress, nestOnFastify } from "./apps/nest.ts";
import { nodeHttpApp } from "./apps/node-http.ts";

const harnesses = [
  expressApp,
  nodeHttpApp,
  koaApp,
  fastifyHooks,
  fastifyEarly,
  fastifyConfig,
  nestOnExpress,
  nestOnFastify,
];

const PAGE = { "sec-fetch-mode": "navigate", accept: "text/html" };
const SCRIPT = { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin", accept: "*/*" };
const LOGIN: GuardOptions = { loginUrl: "/login" };
const MINUTE = 60_000;

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(harnesses)("$name", (harness) => {
  async function serve(options: Partial<GuardedApp> = {}) {
    let now = 2_000_000_000_000;
    const sessions = createSessions({ clock: () => now, timeouts: { idle: "2h" } });
    const { port, close } = await harness.start({ sessions, ...options });
    cleanups.push(close);
    const wait = (ms: number): void => {
      now += ms;
    };
    return { sessions, wait, port, visitor: new Visitor(port) };
  }

  const problemOf = (answer: Answer): unknown => {
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json\b/);
    return JSON.parse(answer.body);
  };

  test("nobody is kept out, and somebody gets in", async () => {
    const { visitor } = await serve();
    expect((await visitor.get("/open")).body).toBe('{"user":null}');
    for (const path of ["/me", "/fresh"]) expect((await visitor.get(path)).status).toBe(401);
    await visitor.post("/login");
    for (const path of ["/me", "/fresh", "/open"]) {
      const { status, body } = await visitor.get(path);
      expect([status, body]).toEqual([200, '{"user":"ann"}']);
    }
    await visitor.post("/logout");
    for (const path of ["/me", "/fresh"]) expect((await visitor.get(path)).status).toBe(401);
  });

  test("ASVS 7.5.1: a login of before ten minutes gets in anywhere but where a fresh one is asked for", async () => {
    const { visitor, wait } = await serve();
    await visitor.post("/login");
    wait(10 * MINUTE);
    expect((await visitor.get("/fresh")).status).toBe(200);
    wait(1);
    for (const method of ["GET", "POST", "PUT"]) {
      const answer = await visitor.send(method, "/fresh", { headers: SCRIPT });
      expect(answer.status).toBe(401);
      expect(problemOf(answer)).toMatchObject({ code: "stale-login", status: 401, max_age: 600 });
      expect(answer.headers["www-authenticate"]).toMatch(
        /error="insufficient_user_authentication".*max_age="600"/,
      );
    }
    expect((await visitor.get("/me")).status).toBe(200);
  });

  test("ASVS 7.5.3: a step-up is asked for, holds for its time, and ends with a login", async () => {
    const { visitor, wait } = await serve();
    const stranger = await visitor.get("/elevated", { headers: SCRIPT });
    expect(problemOf(stranger)).toMatchObject({ code: "unauthenticated", status: 401 });
    await visitor.post("/login");
    const refused = await visitor.send("POST", "/elevated", { headers: SCRIPT });
    expect(refused.status).toBe(401);
    expect(problemOf(refused)).toMatchObject({ code: "not-elevated", status: 401 });
    expect(refused.headers["www-authenticate"]).toMatch(/insufficient_user_authentication/);
    const before = visitor.twin();
    await visitor.post("/step-up");
    expect((await visitor.get("/elevated")).body).toBe('{"user":"ann"}');
    expect((await before.get("/elevated")).status).toBe(401);
    expect((await before.get("/me")).status).toBe(401);
    wait(10 * MINUTE);
    expect((await visitor.get("/elevated")).status).toBe(401);
    expect((await visitor.get("/me")).status).toBe(200);
    await visitor.post("/step-up");
    await visitor.post("/login");
    expect((await visitor.get("/elevated")).status).toBe(401);
  });

  test("who acts for somebody passes as them, and nowhere that takes their own fresh login", async () => {
    const { visitor } = await serve({ guard: LOGIN });
    await visitor.post("/login");
    await visitor.post("/act");
    expect((await visitor.get("/me")).body).toBe('{"user":"bob"}');
    const refused = await visitor.send("GET", "/fresh", { headers: PAGE });
    expect(refused.status).toBe(403);
    expect(problemOf(refused)).toMatchObject({ code: "forbidden" });
    await visitor.post("/step-up");
    expect((await visitor.get("/elevated")).body).toBe('{"user":"bob"}');
  });

  test("ASVS 7.5.1: logging in again makes it fresh", async () => {
    const { visitor, wait } = await serve();
    await visitor.post("/login");
    wait(20 * MINUTE);
    expect((await visitor.get("/fresh")).status).toBe(401);
    await visitor.post("/login");
    expect((await visitor.get("/fresh")).status).toBe(200);
  });

  test("ASVS 7.5.1: no activity makes it fresh, and no header of the client's", async () => {
    const { visitor, wait } = await serve();
    await visitor.post("/login");
    for (let i = 0; i < 11; i++) {
      wait(MINUTE);
      await visitor.get("/me");
    }
    const headers = { "x-fresh": "1", "auth-time": "9999999999" };
    expect((await visitor.get("/fresh", { headers })).status).toBe(401);
  });

  test("a script gets problem details", async () => {
    const { visitor } = await serve({ guard: LOGIN });
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await visitor.send(method, "/me?a=1", { headers: SCRIPT });
      expect(answer.status).toBe(401);
      expect(problemOf(answer)).toEqual({
        type: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
        title: "Unauthorized",
        status: 401,
        detail: "Nobody is logged in.",
        code: "unauthenticated",
        login_url: "/login",
      });
      expect(answer.headers["www-authenticate"]).toBe('Cookie realm="session"');
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
  });

  test("G18 no answer of a guard is kept by a cache, or given to another kind of client", async () => {
    const { visitor } = await serve({ guard: LOGIN });
    for (const headers of [PAGE, SCRIPT]) {
      const answer = await visitor.get("/me", { headers });
      expect(answer.headers["cache-control"]).toBe("no-store");
      const vary = String(answer.headers.vary).split(", ");
      expect(vary).toEqual(expect.arrayContaining(["Sec-Fetch-Mode", "Accept", "Cookie"]));
    }
  });

  test.each([["private, max-age=600"], ["max-age=600"], ["no-cache"]])(
    "G18 no answer of a guard is kept, though the application says of its own: %s",
    async (cacheControl) => {
      const { visitor } = await serve({ guard: LOGIN, cacheControl });
      for (const headers of [PAGE, SCRIPT]) {
        const answer = await visitor.get("/me", { headers });
        expect(answer.headers["cache-control"]).toBe("no-store");
      }
      expect((await visitor.get("/open")).headers["cache-control"]).toBe(cacheControl);
    },
  );

  test("a page goes to the login and comes back to where it was", async () => {
    const { visitor, wait } = await serve({ guard: LOGIN });
    for (const method of ["GET", "HEAD"]) {
      const answer = await visitor.send(method, "/me?tab=2&x=/a", { headers: PAGE });
      expect([answer.status, answer.headers.location]).toEqual([
        303,
        "/login?returnTo=%2Fme%3Ftab%3D2%26x%3D%2Fa",
      ]);
    }
    await visitor.post("/login");
    wait(11 * MINUTE);
    const answer = await visitor.get("/fresh", { headers: PAGE });
    expect([answer.status, answer.headers.location]).toEqual([
      303,
      "/login?returnTo=%2Ffresh&reason=stale-login",
    ]);
  });

  test("a form goes to the login, and comes back to its own page", async () => {
    const { visitor, port } = await serve({ guard: LOGIN });
    const origin = `http://127.0.0.1:${port}`;
    const headers = { ...PAGE, origin, referer: `${origin}/form?step=2` };
    const answer = await visitor.post("/me", { headers });
    expect([answer.status, answer.headers.location]).toEqual([
      303,
      "/login?returnTo=%2Fform%3Fstep%3D2",
    ]);
    const elsewhere = { ...PAGE, referer: "https://evil.example/form" };
    const other = await visitor.post("/me", { headers: elsewhere });
    expect(other.headers.location).toBe("/login");
  });

  test.each([["//evil.example/me"], ["/\\evil.example/me"], ["http://evil.example/me"]])(
    "no way back leads elsewhere: %s",
    async (path) => {
      const { visitor } = await serve({ guard: LOGIN });
      const { status, headers } = await visitor.get(path, { headers: PAGE });
      // A router that knows no such route is as good.
      if (status === 303) expect(headers.location).toBe("/login");
      else expect(status).toBe(404);
    },
  );

  test("G1 who is kept out gets no cookie and leaves no trace", async () => {
    const { visitor } = await serve({ guard: LOGIN });
    for (const headers of [PAGE, SCRIPT]) {
      expect((await visitor.get("/me", { headers })).headers["set-cookie"]).toBeUndefined();
    }
  });

  test("G6 who was revoked is kept out from the next request on", async () => {
    const { sessions, visitor } = await serve();
    await visitor.post("/login");
    expect((await visitor.get("/me")).status).toBe(200);
    await sessions.revokeUser("ann");
    expect((await visitor.get("/me")).status).toBe(401);
  });

  test("G10 with the store down nobody is sent to the login, whatever onStoreError says", async () => {
    const memory = memoryStore();
    let down = false;
    const storage: SessionStore = {
      read: (id) => {
        if (down) throw new Error("connection refused");
        return memory.read(id);
      },
      create: (record, limit) => memory.create(record, limit),
      update: (record, version, limit) => memory.update(record, version, limit),
      touch: (id, times) => memory.touch(id, times),
      destroy: (id) => memory.destroy(id),
    };
    const sessions = createSessions({ storage, onStoreError: "anonymous" });
    const { port, close } = await harness.start({ sessions, guard: LOGIN });
    cleanups.push(close);
    const visitor = new Visitor(port);
    await visitor.post("/login");
    down = true;
    expect((await visitor.get("/open")).body).toBe('{"user":null}');
    for (const headers of [PAGE, SCRIPT]) {
      expect((await visitor.get("/me", { headers })).status).toBe(503);
    }
    down = false;
    expect((await visitor.get("/me")).status).toBe(200);
  });

  test("a lazy plugin is loaded by the guard", async () => {
    const { visitor } = await serve({ lazy: true });
    expect((await visitor.get("/me")).status).toBe(401);
    await visitor.post("/login");
    expect((await visitor.get("/me")).status).toBe(200);
    expect((await visitor.get("/fresh")).status).toBe(200);
  });

  test("where nobody opens a session the guarded routes are closed", async () => {
    // Without its plugin a route's config says nothing to anybody.
    if (harness === fastifyConfig) return;
    const { visitor } = await serve({ forgotten: true });
    for (const path of ["/me", "/fresh"]) expect((await visitor.get(path)).status).toBe(500);
  });

  test.skipIf(!harness.onRefused)("the application may answer by itself", async () => {
    const { visitor } = await serve();
    const answer = await visitor.get("/custom");
    expect([answer.status, answer.body]).toEqual([418, "unauthenticated"]);
    expect((await visitor.get("/thrown")).status).toBe(401);
    await visitor.post("/login");
    for (const path of ["/custom", "/thrown"]) expect((await visitor.get(path)).status).toBe(200);
  });
});
