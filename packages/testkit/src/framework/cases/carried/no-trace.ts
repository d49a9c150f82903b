import assert from "node:assert/strict";
import type { SessionId } from "@coatcheck/core";
import type { FrameworkCase } from "../../case.ts";
import type { Visitor } from "../../visitor.ts";
import { basics, callsOf, dataOf, idOf, known, member, ok, secretOf, tokenOf } from "../basics.ts";

const LIMITED = { limits: { perUser: 5 } } as const;

/** What a session in its token costs: the store is asked whether it has ended, and told of little. */
export const carriedNoTraceCases: readonly FrameworkCase[] = [
  {
    name: "the first write costs no store call, and one Set-Cookie holds the session",
    guarantee: [1],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = site.visitor();
      const answer = ok(await visitor.get("/write?a=1"));
      assert.deepEqual(callsOf(site), {});
      assert.equal(answer.setCookies.length, 1);
      assert.deepEqual(await dataOf(visitor), { a: "1" });
    },
  },
  {
    name: "a later write costs two reads, no write, and one Set-Cookie",
    guarantee: [1],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const answer = ok(await visitor.get("/write?a=1"));
      assert.deepEqual(callsOf(site), { read: 2 });
      assert.equal(answer.setCookies.length, 1);
      assert.deepEqual(await dataOf(visitor), { n: "1", a: "1" });
    },
  },
  {
    name: "a first login costs one read, and one create where users are limited",
    guarantee: [1],
    storage: "token",
    async run({ serve }) {
      for (const [options, calls] of [
        [{}, { read: 1 }],
        [LIMITED, { read: 1, create: 1 }],
      ] as const) {
        const site = await serve(basics, options);
        const answer = ok(await site.visitor().get("/login"));
        assert.deepEqual(callsOf(site), calls);
        assert.equal(answer.setCookies.length, 1);
      }
    },
  },
  {
    name: "a read-only request of a user costs two reads, and one where users are limited",
    guarantee: [1],
    storage: "token",
    async run({ serve }) {
      for (const [options, read] of [
        [{}, 2],
        [LIMITED, 1],
      ] as const) {
        const site = await serve(basics, options);
        const visitor = await member(site);
        const answer = ok(await visitor.get("/read"));
        assert.deepEqual(callsOf(site), { read });
        assert.deepEqual(answer.setCookies, []);
      }
    },
  },
  {
    name: "past touchEvery a read-only request costs one Set-Cookie, and a touch where users are limited",
    guarantee: [1],
    storage: "token",
    async run({ serve, clock }) {
      for (const [options, visit, calls] of [
        [{}, known, { read: 2 }],
        [LIMITED, member, { read: 2, touch: 1 }],
      ] as const) {
        const site = await serve(basics, options);
        const visitor = await visit(site);
        clock.advance(60_000);
        assert.equal(ok(await visitor.get("/read")).setCookies.length, 1);
        assert.deepEqual(callsOf(site), calls);
        site.store.reset();
        assert.deepEqual(ok(await visitor.get("/read")).setCookies, []);
        assert.deepEqual(callsOf(site), { read: 1 });
      }
    },
  },
  {
    name: "a limited user who keeps coming is not logged out, and one who stays away is listed no more",
    guarantee: [1, 9],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics, LIMITED);
      const visitor = await member(site);
      ok(await visitor.get("/write?n=1"));
      for (let visit = 0; visit < 4; visit++) {
        clock.advance(29 * 60_000);
        assert.deepEqual(await dataOf(visitor), { n: "1" });
        clock.advance(59_999);
        assert.deepEqual(await dataOf(visitor), { n: "1" });
      }
      assert.equal((await site.sessions.list("ann")).length, 1);
      clock.advance(31 * 60_000);
      assert.deepEqual(await site.sessions.list("ann"), []);
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
  {
    name: "the store never holds a token, a part of one, or the data",
    guarantee: [2],
    storage: "token",
    async run({ serve, store }) {
      const site = await serve(basics, LIMITED);
      const visitor = await known(site);
      const secrets = new Set(["by nobody else"]);
      const asked = new Set<SessionId>();
      const visit = async (client: Visitor, path: string): Promise<void> => {
        ok(await client.get(path));
        if (client.token) for (const part of partsOf(tokenOf(client))) secrets.add(part);
        for (const { id } of site.store.log) if (id) asked.add(id);
      };
      const paths = ["/write?a=by nobody else", "/rotate", "/read", "/login", "/rotate", "/read"];
      for (const path of paths) await visit(visitor, path.replaceAll(" ", "%20"));
      const id = idOf(visitor);
      assert.deepEqual(await dataOf(visitor), { n: "1", a: "by nobody else" });
      await site.sessions.revokeUser("ann", { except: id });
      await visit(visitor, "/logout");
      let held = 0;
      for (const key of asked) {
        const record = await store.read(key);
        if (!record) continue;
        held += 1;
        const text = JSON.stringify(record);
        for (const secret of secrets) assert.ok(!text.includes(secret), "the store holds a secret");
      }
      assert.equal(held, 2, "the end of the session, and the moment of the revocation");
    },
  },
];

/** Pieces long enough to be nobody else's. */
function partsOf(token: string): string[] {
  const secret = secretOf(token);
  return [secret.slice(0, 60), secret.slice(-60), secret.slice(secret.length / 2).slice(0, 24)];
}
