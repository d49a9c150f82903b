import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { memoryStore, type SessionError, type SessionStore } from "@coatcheck/core";
import type { Answer, FrameworkHarness, HandlerContext, TestRoute } from "@coatcheck/testkit";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { expressHarness } from "../frameworks/harness/express.ts";
import { fastifyHarness } from "../frameworks/harness/fastify.ts";
import { koaHarness } from "../frameworks/harness/koa.ts";
import { nestOnExpress, nestOnFastify } from "../frameworks/harness/nest.ts";
import { nodeHttp } from "../frameworks/harness/node-http.ts";
import {
  type Act,
  type CookieSite,
  type CookieSiteOptions,
  cart,
  openCookieSite,
  plain,
  type SiteJar,
  theme,
  visitorId,
} from "./site.ts";

const HARNESSES: readonly FrameworkHarness[] = [
  expressHarness,
  nodeHttp,
  koaHarness,
  fastifyHarness,
  nestOnExpress,
  nestOnFastify,
];

const folder = mkdtempSync(join(tmpdir(), "coatcheck-cookies-"));
const page = join(folder, "page.txt");
writeFileSync(page, "a page");
const open: CookieSite[] = [];
afterEach(async () => {
  for (const site of open.splice(0)) await site.running.close();
});
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The lines without those of sessions, by name. */
const linesOf = (answer: Answer): Record<string, string> =>
  Object.fromEntries(answer.setCookies.map((line) => [line.slice(0, line.indexOf("=")), line]));

const DARK = "theme=dark; Max-Age=7776000; Path=/; Secure; SameSite=Lax";

describe.each(HARNESSES.map((harness) => [harness.name, harness] as const))("%s", (_, harness) => {
  /** A site whose routes, one for each way to answer, do what the test says. */
  async function serve(options: CookieSiteOptions = {}) {
    let act: Act = () => ({});
    const site = await openCookieSite(
      harness,
      (jarOf) => {
        const run = (context: HandlerContext): unknown => act(jarOf(context), context);
        const later = async (context: HandlerContext): Promise<unknown> => {
          await new Promise((resolve) => setImmediate(resolve));
          return run(context);
        };
        const routes: Record<string, TestRoute> = {
          "/json": { reply: "json", handle: run },
          "/later": { reply: "json", handle: later },
          "/text": { reply: "text", handle: (it) => String(run(it)) },
          "/redirect": { reply: "redirect", handle: (it) => String(run(it)) },
          "/empty": { reply: "empty", handle: (it) => [run(it), 204][1] as number },
          "/stream": { reply: "stream", handle: (it) => run(it) as Readable },
          "/file": { reply: "file", handle: (it) => [run(it), page][1] as string },
          "/sse": { reply: "sse", handle: (it) => run(it) as AsyncIterable<string> },
          "/hijack": { reply: "hijack", handle: (it) => void run(it) },
          "/untouched": { reply: "json", handle: () => ({}) },
        };
        return routes;
      },
      options,
    );
    open.push(site);
    const visitor = site.visitor();
    /** One request, in which `work` is done. */
    const ask = (path: string, work: Act, headers: Record<string, string> = {}) => {
      act = work;
      return visitor.get(path, { headers });
    };
    return { ...site, visitor, ask };
  }

  test("a cookie goes out and comes back, of each kind", async () => {
    const { ask, events, visitor } = await serve();
    const first = await ask("/json", (jar) => {
      jar.consent.grant(["preferences", "analytics"]);
      jar.set(theme, "dark");
      jar.set(cart, [{ sku: "é;, b", count: 2 }]);
      jar.set(visitorId, "visitor one");
      return { theme: jar.get(theme) };
    });
    expect([first.status, first.body]).toEqual([200, '{"theme":"dark"}']);
    expect(Object.keys(linesOf(first))).toEqual(["__Host-consent", "theme", "__Host-cart", "vid"]);
    expect(linesOf(first).theme).toBe(DARK);
    expect(first.headers["cache-control"]).toBe("no-store");
    const second = await ask("/later", (jar) => [
      jar.get(theme),
      jar.get(cart),
      jar.get(visitorId),
    ]);
    expect(JSON.parse(second.body)).toEqual(["dark", [{ sku: "é;, b", count: 2 }], "visitor one"]);
    expect(second.setCookies).toEqual([]);
    expect(second.headers.vary?.toLowerCase()).toContain("cookie");
    const third = await ask("/json", (jar) => {
      jar.delete(theme);
      return [jar.get(theme) ?? null];
    });
    expect([third.body, linesOf(third).theme]).toEqual([
      "[null]",
      "theme=; Max-Age=0; Path=/; Secure; SameSite=Lax",
    ]);
    expect(visitor.jar.get("theme")).toBeUndefined();
    expect(events).toEqual([]);
  });

  test("G1 a request that looks at nothing says nothing", async () => {
    const { visitor } = await serve({ withSessions: false });
    visitor.jar.set("theme", "dark");
    const answer = await visitor.get("/untouched");
    expect([answer.status, answer.setCookies]).toEqual([200, []]);
    expect(answer.headers["cache-control"]).toBeUndefined();
    expect(answer.headers.vary ?? "").not.toMatch(/cookie/i);
  });

  test.each<[string, (jar: SiteJar, context: HandlerContext) => unknown, number]>([
    ["/text", () => "fine", 200],
    ["/redirect", () => "/text", 302],
    ["/empty", () => undefined, 204],
    ["/stream", () => Readable.from(["a", "b"]), 200],
    ["/file", () => undefined, 200],
    [
      "/sse",
      () =>
        (async function* () {
          yield "one";
        })(),
      200,
    ],
    ["/hijack", (_, { response }) => response.writeHead(200, { "x-own": "1" }).end("raw"), 200],
    ["/hijack", (_, { response }) => response.end("raw"), 200],
    [
      "/hijack",
      (_, { response }) => {
        response.flushHeaders();
        response.end("raw");
      },
      200,
    ],
  ])("a cookie set before %s leaves with it", async (path, answerWith, status) => {
    for (const method of ["GET", "HEAD"]) {
      const { visitor, ask } = await serve();
      await ask("/json", (jar) => jar.consent.grant("preferences"));
      // For the next request.
      await ask("/untouched", (jar, context) => {
        jar.set(theme, "light");
        jar.set(theme, "dark");
        return answerWith(jar, context);
      });
      const answer = await visitor.send(method, path);
      expect([answer.status, answer.setCookies]).toEqual([status, [DARK]]);
    }
  });

  test("the application's own cookies and headers stay", async () => {
    const { ask } = await serve();
    const answer = await ask("/json", (jar, { header }) => {
      header("set-cookie", "before=1");
      jar.set(plain, "a");
      header("cache-control", "private");
      header("vary", "Accept");
      jar.get(plain);
      jar.get(theme);
      return {};
    });
    expect(Object.keys(linesOf(answer))).toEqual(["before", "plain"]);
    expect(answer.headers["cache-control"]).toBe("private");
    expect(answer.headers.vary).toMatch(/Accept.*Cookie/);
    const raw = await ask("/hijack", (jar, { response }) => {
      jar.set(plain, "b");
      response.writeHead(200, { "set-cookie": ["own=1", "plain=overwritten"] }).end();
      return undefined;
    });
    expect(raw.setCookies).toEqual(["own=1", "plain=b; Path=/; HttpOnly; Secure; SameSite=Lax"]);
  });

  test("a handler that throws afterwards: the cookie is set all the same", async () => {
    for (const path of ["/json", "/later"]) {
      const { ask, errors } = await serve();
      const answer = await ask(path, (jar) => {
        jar.set(plain, "a");
        throw new Error("on purpose");
      });
      expect([answer.status, Object.keys(linesOf(answer))]).toEqual([500, ["plain"]]);
      expect(errors.length).toBeGreaterThan(0);
    }
  });

  test("a change after the response has begun throws, and reading still works", async () => {
    const { ask, visitor } = await serve();
    visitor.jar.set("plain", "here");
    let caught: unknown;
    let read: unknown;
    const answer = await ask("/stream", (jar) => {
      const body = new PassThrough();
      body.write("first");
      setTimeout(() => {
        read = jar.get(plain);
        try {
          jar.set(plain, "late");
        } catch (error) {
          caught = error;
        }
        body.end("last");
      }, 50);
      return body;
    });
    expect([answer.body, answer.setCookies, read]).toEqual(["firstlast", [], "here"]);
    expect(caught).toMatchObject({ code: "too-late" });
  });

  test("forged, swapped and foreign cookies read as absent", async () => {
    const { ask, visitor, events } = await serve();
    await ask("/json", (jar) => {
      jar.consent.grant("analytics");
      jar.set(cart, [{ sku: "a", count: 1 }]);
      jar.set(visitorId, "one");
      return {};
    });
    const signed = visitor.jar.get("__Host-cart")?.value as string;
    const sealed = visitor.jar.get("vid")?.value as string;
    const read: Act = (jar) => [jar.get(cart) ?? null, jar.get(visitorId) ?? null];
    for (const [name, value] of [
      ["__Host-cart", signed.replace(/^~./, "~X")],
      ["__Host-cart", signed.slice(0, -1)],
      ["__Host-cart", sealed],
      ["__Host-cart", '[{"sku":"a","count":99}]'],
      ["vid", signed],
      ["vid", sealed.replace(/.$/, (last) => (last === "A" ? "B" : "A"))],
    ] as const) {
      visitor.jar.set("__Host-cart", signed);
      visitor.jar.set("vid", sealed);
      visitor.jar.set(name, value);
      events.length = 0;
      const answer = await ask("/json", read);
      const [items, id] = JSON.parse(answer.body) as unknown[];
      expect([items === null, id === null]).toEqual([name === "__Host-cart", name === "vid"]);
      expect([answer.status, answer.setCookies, events.length]).toEqual([200, [], 1]);
    }
  });

  test("G14 what would be lost is an error, and no cookie", async () => {
    const { ask, errors } = await serve();
    const codes: unknown[] = [];
    const tryTo =
      (work: (jar: SiteJar) => unknown): Act =>
      (jar) => {
        try {
          work(jar);
        } catch (error) {
          codes.push((error as SessionError).code);
          throw error;
        }
        return {};
      };
    const tooLarge = await ask(
      "/json",
      tryTo((jar) => jar.set(plain, "v".repeat(4_092))),
    );
    const wrong = await ask(
      "/json",
      tryTo((jar) => jar.set(plain, 5 as never)),
    );
    const insecure = await ask(
      "/json",
      tryTo((jar) => jar.set(plain, "v")),
      {
        host: "shop.example",
      },
    );
    expect(codes).toEqual(["cookie", "invalid-data", "cookie"]);
    for (const answer of [tooLarge, wrong, insecure]) {
      expect([answer.status, answer.setCookies]).toEqual([500, []]);
    }
    expect(errors.length).toBeGreaterThanOrEqual(3);
  });

  test("consent: nothing before, all after, gone with its withdrawal, refused by Sec-GPC", async () => {
    const { ask, visitor } = await serve();
    const set: Act = (jar) => [jar.set(theme, "dark"), jar.set(visitorId, "1")];
    const before = await ask("/json", set);
    expect([before.body, before.setCookies]).toEqual(["[false,false]", []]);
    await ask("/json", (jar) => {
      jar.consent.grant(["preferences", "analytics"]);
      return {};
    });
    const after = await ask("/json", set);
    expect([after.body, Object.keys(linesOf(after))]).toEqual(["[true,true]", ["theme", "vid"]]);
    const gpc = await ask("/json", (jar) => [jar.get(theme), jar.get(visitorId) ?? null], {
      "sec-gpc": "1",
    });
    expect([gpc.body, gpc.headers.vary]).toEqual([
      '["dark",null]',
      expect.stringMatching(/Sec-GPC/),
    ]);
    const withdrawn = await ask("/json", (jar) => {
      jar.consent.withdraw();
      return [jar.get(theme) ?? null];
    });
    expect([withdrawn.body, Object.keys(linesOf(withdrawn))]).toEqual([
      "[null]",
      ["__Host-consent", "theme", "vid"],
    ]);
    expect([visitor.jar.get("theme"), visitor.jar.get("vid")]).toEqual([undefined, undefined]);
  });

  describe.each(["before sessions", "after sessions"] as const)("wired up %s", (order) => {
    test("both leave with one response", async () => {
      const { ask, visitor, sessions } = await serve({ order });
      for (const path of ["/json", "/later", "/hijack"]) {
        const answer = await ask(path, (jar, { request, response }) => {
          sessions.of(request).regenerate();
          sessions.of(request).set("a", 1);
          jar.set(plain, "x");
          if (path === "/hijack") response.writeHead(200).end();
          return {};
        });
        expect([answer.status, Object.keys(linesOf(answer)).sort()]).toEqual([
          200,
          ["__Host-id", "plain"],
        ]);
      }
      expect(visitor.token).toBeDefined();
    });

    test("G14 a cookie of the sessions' name is an error, in place of a login that nobody hears of", async () => {
      const { ask, sessions } = await serve({ order, cookie: { name: "plain" } });
      const print = vi.spyOn(console, "error").mockImplementation(() => {});
      onTestFinished(() => print.mockRestore());
      const clash = await ask("/json", (jar, { request }) => {
        sessions.of(request).login("ann");
        jar.set(plain, "1");
        return {};
      });
      expect(clash.status).toBe(500);
      for (const work of [
        (jar: SiteJar) => jar.set(plain, "1"),
        (_: SiteJar, { request }: HandlerContext) => sessions.of(request).login("ann"),
      ]) {
        expect((await ask("/text", work)).status).toBe(200);
      }
    });

    test("G10 a session that cannot be saved is a 503, without a session cookie", async () => {
      const memory = memoryStore();
      const down: SessionStore = {
        read: (id) => memory.read(id),
        create: () => Promise.reject(new Error("down")),
        update: (record, version) => memory.update(record, version),
        touch: (id, times) => memory.touch(id, times),
        destroy: (id) => memory.destroy(id),
      };
      const { ask, sessions, errors } = await serve({ order, storage: down });
      const answer = await ask("/json", (jar, { request }) => {
        jar.set(plain, "x");
        sessions.of(request).set("a", 1);
        return {};
      });
      expect(answer.status).toBe(503);
      // What a handler did before it failed is kept, as with sessions.
      expect(Object.keys(linesOf(answer))).toEqual(["plain"]);
      expect(errors.length).toBeGreaterThan(0);
    });
  });

  test("works without sessions", async () => {
    const { ask } = await serve({ withSessions: false });
    await ask("/json", (jar) => [jar.set(plain, "x")]);
    expect((await ask("/json", (jar) => [jar.get(plain)])).body).toBe('["x"]');
  });

  test("requests at the same time keep their cookies apart", async () => {
    const site = await openCookieSite(harness, (jarOf) => ({
      "/echo": {
        reply: "json",
        handle: async (context) => {
          const jar = jarOf(context);
          const mine = context.raw.headers["x-mine"] as string;
          jar.set(plain, mine);
          await new Promise((resolve) => setTimeout(resolve, (Number(mine.slice(1)) * 7) % 11));
          return [jar.get(plain)];
        },
      },
    }));
    open.push(site);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        site.visitor().get("/echo", { headers: { "x-mine": `v${index}` } }),
      ),
    );
    answers.forEach((answer, index) => {
      expect(answer.body).toBe(`["v${index}"]`);
      expect(linesOf(answer).plain).toMatch(new RegExp(`^plain=v${index};`));
    });
  });
});
