import assert from "node:assert/strict";
import type { FrameworkCase } from "../../case.ts";
import { basics, callsOf, dataOf, eventsOf, known, ok } from "../basics.ts";

/** A rotation begins a new epoch, which is written down when its token first comes. */
export const carriedRotationCases: readonly FrameworkCase[] = [
  {
    name: "a lost response costs nothing: the old token goes on working, and nothing is told again",
    guarantee: [5],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const unlucky = visitor.twin();
      ok(await visitor.get("/rotate"));
      clock.advance(30_000);
      const again = ok(await unlucky.get("/read"));
      assert.equal(again.body, '{"n":"1"}');
      assert.deepEqual(again.setCookies, []);
      clock.advance(60_000);
      ok(await unlucky.get("/write?a=1"));
      assert.deepEqual(await dataOf(unlucky), { n: "1", a: "1" });
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
  {
    name: "a rotation writes nothing, and the first use of its token one entry",
    guarantee: [5],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      ok(await visitor.get("/rotate"));
      assert.deepEqual(callsOf(site), { read: 2 });
      ok(await visitor.get("/read"));
      assert.equal(callsOf(site).create, 1);
      site.store.reset();
      ok(await visitor.get("/read"));
      assert.deepEqual(callsOf(site), { read: 1 });
    },
  },
  {
    name: "a request in flight during a rotation that writes does not set the client back",
    guarantee: [5],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const inFlight = visitor.twin();
      ok(await visitor.get("/rotate"));
      ok(await visitor.get("/read"));
      clock.advance(5_000);
      ok(await inFlight.get("/write?late=1"));
      // Long after the grace of the token that it came with.
      clock.advance(20_000);
      assert.deepEqual(await dataOf(inFlight), { n: "1", late: "1" });
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
  {
    name: "a login makes every rotated token worthless, also one that it did not know of",
    guarantee: [4, 5],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const [before, early, tab] = [visitor.twin(), visitor.twin(), visitor.twin()];
      // The tokens of two rotations are on their way when the login begins from the one before them.
      for (const other of [early, tab]) ok(await other.get("/rotate"));
      ok(await visitor.get("/login"));
      for (const old of [before, early, tab]) {
        assert.deepEqual(ok(await old.get("/write?planted=1")).setCookies, []);
        assert.deepEqual(await dataOf(old), {});
      }
      clock.advance(20_000);
      for (const old of [before, early, tab]) assert.deepEqual(await dataOf(old), {});
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
];
