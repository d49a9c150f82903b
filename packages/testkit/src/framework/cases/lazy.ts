import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import type { HandlerContext, TestSessions } from "../harness.ts";
import { json, text } from "../route.ts";
import { bodyOf, callsOf, ok, unavailable } from "./basics.ts";

/** Routes that load by themselves, for a manager that is known once the site is open. */
function lazyRoutes(sessions: () => TestSessions) {
  const load = ({ request }: HandlerContext) => sessions().load(request);
  return {
    "/untouched": text(() => "untouched"),
    "/read": json(async (context) => ({ ...(await load(context)).data })),
    "/twice": json(async (context) => {
      const [first, second] = [await load(context), await load(context)];
      return first === second && first === context.session && first === sessions().of(context.raw);
    }),
    "/at-once": json(async (context) => {
      const all = await Promise.all([load(context), load(context), sessions().load(context.raw)]);
      return new Set(all).size;
    }),
    "/write": json(async (context) => {
      (await load(context)).set("a", "1");
      return {};
    }),
    "/early": json(({ session }) => session.get("a")),
    "/early-of": json(({ request }) => sessions().of(request).get("a")),
  };
}

async function open({ serve }: Parameters<FrameworkCase["run"]>[0]) {
  let sessions: TestSessions | undefined;
  const routes = lazyRoutes(() => sessions as TestSessions);
  const site = await serve(routes, { lazy: true });
  sessions = site.sessions;
  const visitor = site.visitor();
  ok(await visitor.get("/write"));
  site.store.reset();
  return { site, visitor };
}

export const lazyCases: readonly FrameworkCase[] = [
  {
    name: "lazy: a request that does not load costs nothing, not even with a cookie",
    guarantee: [1],
    needs: ["lazy"],
    async run(context) {
      const { site, visitor } = await open(context);
      const answer = ok(await visitor.get("/untouched"));
      assert.deepEqual(callsOf(site), {});
      assert.deepEqual(answer.setCookies, []);
      assert.equal(answer.headers.vary, undefined);
    },
  },
  {
    name: "lazy: load reads once, however often and by whomever it is called",
    guarantee: [1],
    needs: ["lazy"],
    async run(context) {
      const { site, visitor } = await open(context);
      for (const [path, answer] of [
        ["/read", { a: "1" }],
        ["/twice", true],
        ["/at-once", 1],
      ] as const) {
        site.store.reset();
        assert.deepEqual(JSON.parse(ok(await visitor.get(path)).body), answer);
        assert.deepEqual(callsOf(site), { read: 1 }, path);
      }
    },
  },
  {
    name: "lazy: what was loaded is committed like any other session",
    guarantee: [11],
    needs: ["lazy"],
    async run(context) {
      const { site, visitor } = await open(context);
      ok(await visitor.get("/write"));
      const { storage } = context;
      // A token is made anew, once its session was found to be still there.
      assert.deepEqual(callsOf(site), storage ? { read: 2 } : { read: 1, update: 1 });
      assert.deepEqual(bodyOf(await visitor.get("/read")), { a: "1" });
      const lastCall = storage
        ? ({ method: "read", nth: 2 } as const)
        : ({ method: "update" } as const);
      site.faults.plan([{ kind: "fail", ...lastCall }]);
      unavailable(await visitor.get("/write"));
      site.faults.plan([{ kind: "fail", method: "read" }]);
      unavailable(await visitor.get("/read"));
    },
  },
  {
    name: "lazy: a session used before it is loaded is a clear error",
    needs: ["lazy"],
    async run(context) {
      const { site, visitor } = await open(context);
      for (const path of ["/early", "/early-of"]) {
        const seen = site.errors.length;
        assert.equal((await visitor.get(path)).status, 500);
        const error = site.errors.slice(seen).find((it) => it instanceof Error) as Error;
        assert.equal((error as { code?: unknown }).code, "not-loaded");
        assert.match(error.message, /await sessions\.load\(req\)/);
      }
      assert.deepEqual(callsOf(site), {});
    },
  },
];
