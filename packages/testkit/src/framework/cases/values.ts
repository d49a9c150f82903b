import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import type { TestSession } from "../harness.ts";
import { json } from "../route.ts";
import { basics, callsOf, dataOf, known, ok } from "./basics.ts";

const cycle: { self?: unknown } = {};
cycle.self = cycle;

/** What JSON would change or drop, and where the error says it is. */
const LOST: ReadonlyArray<readonly [path: string, act: (session: TestSession) => void]> = [
  ["at", (session) => session.set("at", new Date(0))],
  ["map", (session) => session.set("map", new Map())],
  ["big", (session) => session.set("big", 1n)],
  ["fn", (session) => session.set("fn", () => {})],
  ["cycle.self", (session) => session.set("cycle", cycle)],
  ["cart[1].at", (session) => session.set("cart", [{}, { at: new Date(0) }])],
  ["nan", (session) => session.set("nan", Number.NaN)],
  ["box.at", (session) => Object.assign(session.get("box") as object, { at: new Date(0) })],
  ["box.list[0]", (session) => (session.data.box as { list: unknown[] }).list.push(1n)],
  ["note", (session) => session.flash("note", new Set())],
];

export const valueCases: readonly FrameworkCase[] = [
  {
    name: "a value that JSON would not keep is an error that names its path, and nothing is written",
    guarantee: [14],
    async run({ serve }) {
      let act: (session: TestSession) => void = () => {};
      const site = await serve({
        ...basics,
        "/box": json(({ session }) => {
          session.set("box", { list: [] });
          return {};
        }),
        "/act": json(({ session }) => {
          act(session);
          return {};
        }),
      });
      const visitor = site.visitor();
      ok(await visitor.get("/box"));
      for (const [path, lost] of LOST) {
        act = lost;
        site.store.reset();
        const seen = site.errors.length;
        const answer = await visitor.get("/act");
        assert.equal(answer.status, 500, `${path}: ${answer.body}`);
        assert.deepEqual(answer.setCookies, []);
        assert.deepEqual(callsOf(site), { read: 1 }, path);
        const paths = site.errors.slice(seen).map((error) => (error as { path?: string })?.path);
        assert.ok(paths.includes(path), `${path}: ${paths.join()}`);
      }
      assert.deepEqual(await dataOf(visitor), { box: { list: [] } });
    },
  },
  {
    name: "a Secure cookie on a plain connection to another host is an error, not a cookie that gets lost",
    asvs: ["3.3.1"],
    guarantee: [14],
    async run({ serve }) {
      const site = await serve(basics);
      const headers = { host: "shop.example.com" };
      const answer = await site.visitor().get("/login", { headers });
      assert.equal(answer.status, 500);
      assert.deepEqual(answer.setCookies, []);
      assert.deepEqual(callsOf(site), {});
      assert.ok(
        site.errors.some((error) => (error as { code?: string })?.code === "cookie"),
        "the error must say what is wrong",
      );
    },
  },
  {
    name: "a Secure cookie reaches loopback hosts, and a request that needs no cookie passes",
    guarantee: [14],
    async run({ serve, storage }) {
      const site = await serve(basics);
      for (const host of ["localhost:3000", "shop.localhost", "127.0.0.1", "[::1]:80"]) {
        const answer = ok(await site.visitor().get("/login", { headers: { host } }));
        assert.equal(answer.setCookies.length, 1, host);
      }
      const visitor = await known(site);
      const headers = { host: "shop.example.com", cookie: visitor.jar.header ?? "" };
      assert.equal(ok(await visitor.get("/read", { headers })).body, '{"n":"1"}');
      const write = await visitor.get("/write?a=1", { headers });
      // Every write needs one where the session lives in its token.
      assert.equal(write.status, storage ? 500 : 200);
      assert.deepEqual(await dataOf(visitor), storage ? { n: "1" } : { n: "1", a: "1" });
    },
  },
];
