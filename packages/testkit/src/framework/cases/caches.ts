import assert from "node:assert/strict";
import { bearer, cookie } from "@coatcheck/core/transports";
import type { FrameworkCase } from "../case.ts";
import type { Answer } from "../conversation.ts";
import { hijack, json, type TestRoute } from "../route.ts";
import { basics, known, ok, varyOf } from "./basics.ts";

/** A route that sets headers of its own and then writes to the session. */
function own(headers: Readonly<Record<string, string | string[]>>): TestRoute {
  return json(({ session, header }) => {
    for (const [name, value] of Object.entries(headers)) header(name, value);
    session.set("a", "1");
    session.get("a");
    return {};
  });
}

export const cacheCases: readonly FrameworkCase[] = [
  {
    name: "a response that sets the cookie is not to be stored",
    guarantee: [18],
    async run({ serve }) {
      const site = await serve(basics);
      for (const path of ["/write?a=1", "/login"]) {
        const answer = ok(await site.visitor().get(path));
        assert.equal(answer.headers["cache-control"], "no-store", path);
      }
      const visitor = await known(site);
      for (const path of ["/rotate", "/logout"]) {
        const answer = ok(await visitor.get(path));
        assert.equal(answer.headers["cache-control"], "no-store", path);
      }
    },
  },
  {
    name: "a response that sets no cookie keeps its caching to itself",
    guarantee: [18],
    async run({ serve }) {
      const site = await serve(basics);
      const answer = ok(await (await known(site)).get("/read"));
      assert.equal(answer.headers["cache-control"], undefined);
    },
  },
  {
    name: "the application's own Cache-Control wins",
    guarantee: [18],
    async run({ serve }) {
      const site = await serve({ "/own": own({ "cache-control": "private, max-age=0" }) });
      const answer = ok(await site.visitor().get("/own"));
      assert.equal(answer.headers["cache-control"], "private, max-age=0");
      assert.equal(answer.setCookies.length, 1);
    },
  },
  ...[cookie(), bearer()].map(
    (transport): FrameworkCase => ({
      name: `a page for shared caches that a token joins without its handler is kept by none: ${transport.name}`,
      guarantee: [5, 18],
      async run({ serve, clock }) {
        const logo = json(({ header }) => {
          header("cache-control", "public, max-age=3600");
          return {};
        });
        const site = await serve({ ...basics, "/logo": logo }, { transport });
        const token = await site.sessions.issue("ann");
        const headers = { authorization: `Bearer ${token}`, cookie: `__Host-id=${token}` };
        const get = async (path: string): Promise<Answer> =>
          ok(await site.visitor().get(path, { headers }));
        assert.equal((await get("/logo")).headers["cache-control"], "public, max-age=3600");
        // A rotation of which the client never hears is told again, with whatever response comes next.
        await get("/rotate");
        clock.advance(70_000);
        const answer = await get("/logo");
        assert.ok(answer.headers["x-session-token"] ?? answer.setCookies[0], "must tell the token");
        assert.equal(answer.headers["cache-control"], "no-store");
        assert.deepEqual(varyOf(answer), [
          transport.name === "cookie" ? "cookie" : "authorization",
        ]);
      },
    }),
  ),
  {
    name: "a response that depends on the session varies by cookie, once",
    guarantee: [18],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      for (const who of [visitor, site.visitor()]) {
        assert.deepEqual(varyOf(ok(await who.get("/read"))), ["cookie"]);
      }
    },
  },
  {
    name: "Vary: Cookie joins the application's own Vary",
    guarantee: [18],
    async run({ serve }) {
      const site = await serve({
        "/one": own({ vary: "Accept-Encoding" }),
        "/same": own({ vary: "cookie, Origin" }),
        "/any": own({ vary: "*" }),
      });
      const varyAt = async (path: string): Promise<string[]> =>
        varyOf(ok(await site.visitor().get(path)));
      assert.deepEqual(await varyAt("/one"), ["accept-encoding", "cookie"]);
      assert.deepEqual(await varyAt("/same"), ["cookie", "origin"]);
      assert.deepEqual(await varyAt("/any"), ["*"]);
    },
  },
  {
    name: "the application's own cookies survive, and a stale one of our name does not",
    guarantee: [18],
    async run({ serve, storage }) {
      const site = await serve({
        "/own": own({ "set-cookie": ["theme=dark; Path=/", "lang=en", "__Host-id=x; Path=/"] }),
        "/one": own({ "set-cookie": "theme=dark" }),
      });
      const several = ok(await site.visitor().get("/own")).setCookies;
      assert.deepEqual(several.slice(0, 2), ["theme=dark; Path=/", "lang=en"]);
      assert.equal(several.length, 3);
      const ours = storage ? /^__Host-id=[\w.-]{100}/ : /^__Host-id=[\w-]{22}\./;
      assert.match(several[2] as string, ours);
      assert.equal(ok(await site.visitor().get("/one")).setCookies.length, 2);
    },
  },
  ...rawHeadCases(),
];

/** Headers given to `writeHead` itself replace those set before: ours must come through all the same. */
function rawHeadCases(): FrameworkCase[] {
  const forms: Readonly<Record<string, ReadonlyArray<unknown>>> = {
    "an object": [
      { "Set-Cookie": ["own=1", "two=2"], Vary: "Origin", "Content-Type": "text/plain" },
    ],
    "a message and an object": ["Fine", { "set-cookie": ["own=1", "two=2"], vary: "Origin" }],
    "a flat array": [["Set-Cookie", "own=1", "Set-Cookie", "two=2", "Vary", "Origin"]],
    "an array with a list": [["Set-Cookie", ["own=1", "two=2"], "Vary", "Origin"]],
  };
  return Object.entries(forms).map(([form, args]) => ({
    name: `our headers join those that writeHead is given as ${form}`,
    guarantee: [18],
    needs: ["hijack", "gate"],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/raw": hijack(({ session, response }) => {
          session.set("a", "1");
          session.get("a");
          Reflect.apply(response.writeHead, response, [200, ...args]);
          response.end("raw");
        }),
      });
      const answer = ok(await site.visitor().get("/raw"));
      assert.deepEqual(answer.setCookies.slice(0, 2), ["own=1", "two=2"]);
      assert.equal(answer.setCookies.length, 3);
      assert.deepEqual(varyOf(answer), ["origin", "cookie"]);
      assert.equal(answer.headers["cache-control"], "no-store");
    },
  }));
}
