import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { basics, bodyOf, dataOf, eventsOf, idOf, known, ok, tokenOf } from "./basics.ts";
import { meetingOf } from "./meet.ts";

export const rotationCases: readonly FrameworkCase[] = [
  {
    name: "a rotation hands out a new token for the same session",
    guarantee: [5],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const before = tokenOf(visitor);
      const id = idOf(visitor);
      const answer = ok(await visitor.get("/rotate"));
      assert.equal(answer.setCookies.length, 1);
      assert.notEqual(tokenOf(visitor), before);
      assert.equal((bodyOf(await visitor.get("/who")) as { id: unknown }).id, id);
      assert.equal(idOf(visitor), id);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "a lost response costs nothing: the old token works on and is told the new one again",
    guarantee: [5],
    storage: "server-side",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const unlucky = visitor.twin();
      ok(await visitor.get("/rotate"));
      clock.advance(60_000);
      const again = ok(await unlucky.get("/read"));
      assert.equal(again.setCookies.length, 1);
      assert.equal(tokenOf(unlucky), tokenOf(visitor));
      assert.deepEqual(await dataOf(unlucky), { n: "1" });
    },
  },
  {
    name: "once the new token was presented the old one has its grace, and no more",
    guarantee: [5],
    async run({ serve, clock, storage }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const inFlight = visitor.twin();
      ok(await visitor.get("/rotate"));
      ok(await visitor.get("/read"));
      clock.advance(9_999);
      const late = ok(await inFlight.get("/read"));
      assert.equal(late.body, '{"n":"1"}');
      const message = "a request in flight must not set the cookie back";
      if (!storage) assert.deepEqual(late.setCookies, [], message);
      // A token that holds the session is made anew, lest it be the last that the client gets.
      clock.advance(20_000);
      assert.deepEqual(await dataOf(storage ? inFlight : visitor), { n: "1" }, message);
    },
  },
  {
    name: "an old token past its grace is theft: the session ends, and an event says so",
    guarantee: [5],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const thief = visitor.twin();
      clock.advance(30_000);
      ok(await visitor.get("/rotate"));
      ok(await visitor.get("/read"));
      clock.advance(10_000);
      assert.deepEqual(await dataOf(thief), {});
      assert.deepEqual(await dataOf(visitor), {});
      assert.deepEqual(
        eventsOf(site, "reuse-detected").map(({ id }) => id),
        [idOf(visitor)],
      );
    },
  },
  {
    name: "two requests that rotate at once leave the client with a token that works",
    guarantee: [5],
    async run({ serve, clock }) {
      const meet = meetingOf(2);
      const site = await serve({
        ...basics,
        "/rotate-together": json(async ({ session }) => {
          await meet();
          session.rotate();
          return {};
        }),
      });
      const visitor = await known(site);
      const tabs = [visitor.twin(), visitor.twin()];
      await Promise.all(tabs.map((tab) => tab.get("/rotate-together").then(ok)));
      // Whichever response the browser saw last, and long after any grace.
      for (const tab of tabs) assert.deepEqual(await dataOf(tab), { n: "1" });
      clock.advance(20_000);
      for (const tab of tabs) assert.deepEqual(await dataOf(tab), { n: "1" });
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
];
