import { createSessions, memoryStore, type SessionsOptions } from "@coatcheck/core";
import { rememberMe } from "@coatcheck/core/remember";
import { type CountingStore, countingStore, Visitor } from "@coatcheck/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { apps } from "./apps.ts";

const START = 2_000_000_000_000;
const MINUTE = 60_000;

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Of a store: what changes something. */
const writes = ({ calls }: CountingStore) =>
  calls.create + calls.update + calls.touch + calls.destroy;

describe.each(apps.flatMap((app) => [false, true].map((under) => ({ app, under }))))(
  "$app.name, under the plugin: $under",
  ({ app, under }) => {
    async function serve(options: SessionsOptions<Record<string, unknown>> = {}) {
      let now = START;
      const clock = () => now;
      const store = countingStore(memoryStore({ clock }));
      const sessions = createSessions({ storage: store, clock, ...options });
      const { port, close } = await app.start(sessions, under);
      cleanups.push(close);
      const visitor = new Visitor(port);
      const ask = async () => {
        const { status, headers, body } = await visitor.get("/session");
        return { status, headers, body, report: JSON.parse(body) };
      };
      const wait = (ms: number): void => {
        now += ms;
      };
      return { store, visitor, ask, wait };
    }

    test("tells what a page may know, and no more", async () => {
      const { visitor, ask, wait } = await serve();
      await visitor.post("/login");
      wait(10_000);
      const { status, headers, body, report } = await ask();
      expect(status).toBe(200);
      expect(report).toEqual({
        signedIn: true,
        resumed: false,
        id: expect.stringMatching(/^[\w-]{22}$/),
        userId: "ann",
        createdAt: START,
        authenticatedAt: START,
        lastSeenAt: START,
        expiresAt: START + 30 * MINUTE,
        absoluteExpiresAt: START + 720 * MINUTE,
        idleTimeout: 30 * MINUTE,
        touchEvery: expect.any(Number),
        now: START + 10_000,
      });
      expect(headers["content-type"]).toMatch(/^application\/json\b/);
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers.vary).toMatch(/\bCookie\b/);
      expect(headers["set-cookie"]).toBeUndefined();
      const [, secret] = visitor.jar.header?.match(/\.([\w-]{43,})/) ?? [];
      expect(secret).toBeDefined();
      expect(body).not.toContain(secret);
    });

    test("a stranger is nobody, at the cost of nothing", async () => {
      const { store, ask } = await serve();
      const { headers, report } = await ask();
      expect(report).toEqual({ signedIn: false, resumed: false, now: START });
      expect(headers["set-cookie"]).toBeUndefined();
      expect(store.log).toEqual([]);
    });

    test("is no activity: no write within touchEvery nor past it, and the session ends on time", async () => {
      const { store, visitor, ask, wait } = await serve();
      await visitor.post("/login");
      await visitor.get("/visit");
      store.reset();
      for (let minute = 1; minute < 30; minute++) {
        wait(MINUTE);
        const { report, headers } = await ask();
        expect([report.signedIn, report.lastSeenAt]).toEqual([true, START]);
        expect(headers["set-cookie"]).toBeUndefined();
      }
      expect(writes(store)).toBe(0);
      expect(store.calls.read).toBe(29);
      wait(MINUTE);
      expect((await ask()).report.signedIn).toBe(false);
    });

    test("neither acknowledges nor repeats a new token", async () => {
      const { store, visitor, ask, wait } = await serve();
      await visitor.post("/login");
      await visitor.get("/visit");
      const before = visitor.twin();
      await visitor.post("/rotate");
      store.reset();
      wait(MINUTE);
      expect((await ask()).report.signedIn).toBe(true);
      const old = await before.get("/session");
      expect(JSON.parse(old.body).signedIn).toBe(true);
      expect(old.headers["set-cookie"]).toBeUndefined();
      expect(writes(store)).toBe(0);
    });

    test("a store that is down is a 503, and nobody is signed out", async () => {
      const { store, visitor } = await serve({ onStoreError: "anonymous" });
      await visitor.post("/login");
      store.read = () => Promise.reject(new Error("down"));
      const { status, headers, body } = await visitor.get("/session");
      expect(status).toBe(503);
      expect(headers["content-type"]).toMatch(/^application\/problem\+json\b/);
      expect(headers["set-cookie"]).toBeUndefined();
      expect(JSON.parse(body)).toEqual({
        type: "about:blank",
        title: "Service Unavailable",
        status: 503,
      });
    });

    test("a remember-me token is used up only where the plugin has done it, and is told then", async () => {
      const { store, visitor, ask, wait } = await serve({
        remember: rememberMe({ store: memoryStore() }),
      });
      await visitor.post("/remember");
      wait(31 * MINUTE);
      store.reset();
      const { report, headers } = await ask();
      expect(report.signedIn).toBe(under);
      expect(headers["set-cookie"] !== undefined).toBe(under);
      expect(writes(store) > 0).toBe(under);
      expect((await visitor.get("/visit")).body).toBe("ann");
    });
  },
);
