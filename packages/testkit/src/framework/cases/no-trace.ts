import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { text } from "../route.ts";
import { basics, callsOf, dataOf, known, ok, varyOf } from "./basics.ts";

export const noTraceCases: readonly FrameworkCase[] = [
  {
    name: "an anonymous request that does not look at the session does nothing",
    guarantee: [1],
    async run({ serve }) {
      const site = await serve(basics);
      const answer = ok(await site.visitor().get("/untouched"));
      assert.deepEqual(callsOf(site), {});
      assert.deepEqual(answer.setCookies, []);
      assert.ok(!varyOf(answer).includes("cookie"), "no Vary: Cookie where nobody looked");
    },
  },
  {
    name: "an anonymous request that looks at the session leaves no trace",
    guarantee: [1],
    async run({ serve }) {
      const site = await serve(basics);
      const answer = ok(await site.visitor().get("/read"));
      assert.deepEqual(callsOf(site), {});
      assert.deepEqual(answer.setCookies, []);
    },
  },
  {
    name: "a read-only request costs one read, no write and no Set-Cookie",
    guarantee: [1],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const answer = ok(await visitor.get("/read"));
      assert.deepEqual(callsOf(site), { read: 1 });
      assert.deepEqual(answer.setCookies, []);
    },
  },
  {
    name: "a read-only request that does not look at its session costs one read at most",
    guarantee: [1],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const answer = ok(await visitor.get("/untouched"));
      assert.deepEqual(callsOf(site), { read: 1 });
      assert.deepEqual(answer.setCookies, []);
    },
  },
  {
    name: "the first write costs one create, and one Set-Cookie tells the client",
    guarantee: [1],
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = site.visitor();
      const answer = ok(await visitor.get("/write?a=1"));
      assert.deepEqual(callsOf(site), { create: 1 });
      assert.equal(answer.setCookies.length, 1);
      assert.deepEqual(await dataOf(visitor), { a: "1" });
    },
  },
  {
    name: "a later write costs one read and one update, and no Set-Cookie",
    guarantee: [1],
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const answer = ok(await visitor.get("/write?a=1"));
      assert.deepEqual(callsOf(site), { read: 1, update: 1 });
      assert.deepEqual(answer.setCookies, []);
    },
  },
  {
    name: "a write of the value that is there already is written once, by one commit",
    guarantee: [1],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/mutate-nothing": text(({ session }) => String(session.data.n)),
      });
      const visitor = await known(site);
      ok(await visitor.get("/mutate-nothing"));
      assert.deepEqual(callsOf(site), { read: 1 });
    },
  },
  {
    name: "past touchEvery a read-only request costs one read and one touch",
    guarantee: [1],
    storage: "server-side",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      clock.advance(60_000);
      const answer = ok(await visitor.get("/read"));
      assert.deepEqual(callsOf(site), { read: 1, touch: 1 });
      assert.deepEqual(answer.setCookies, []);
      site.store.reset();
      ok(await visitor.get("/read"));
      assert.deepEqual(callsOf(site), { read: 1 });
    },
  },
  {
    name: "a visitor who keeps coming is not logged out by the idle timeout",
    asvs: ["7.3.1"],
    guarantee: [1],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      for (let visit = 0; visit < 4; visit++) {
        clock.advance(20 * 60_000);
        assert.deepEqual(await dataOf(visitor), { n: "1" });
      }
      clock.advance(30 * 60_000);
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
  {
    name: "a route that opted out costs nothing, not even with a cookie",
    guarantee: [1],
    needs: ["optOut"],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/static": { ...text(() => "body {}"), session: false },
      });
      const visitor = await known(site);
      const answer = ok(await visitor.get("/static"));
      assert.equal(answer.body, "body {}");
      assert.deepEqual(callsOf(site), {});
      assert.deepEqual(answer.setCookies, []);
      assert.ok(!varyOf(answer).includes("cookie"));
    },
  },
];
