import assert from "node:assert/strict";
import type { FrameworkCase } from "../../case.ts";
import { json } from "../../route.ts";
import { basics, bodyOf, dataOf, eventsOf, known, ok, query } from "../basics.ts";
import { meetingOf } from "../meet.ts";

const INCREMENTS = 30;

/** What cannot hold where each request goes on from the token that it came with, and nobody holds the newest one. */
export const carriedParallelCases: readonly FrameworkCase[] = [
  {
    name: "limit of a token: of two parallel writes the browser keeps the last, whole and with nothing of the other",
    guarantee: [7],
    storage: "token",
    async run({ serve }) {
      const meet = meetingOf(2);
      const site = await serve({
        ...basics,
        "/together": json(async ({ session, raw }) => {
          await meet();
          const by = query(raw).get("by") ?? "";
          session.set(by, "1");
          session.set("pair", [by, by]);
          return {};
        }),
      });
      const browser = await known(site);
      const tabs = ["a", "b"].map((by) => browser.twin().get(`/together?by=${by}`));
      const answers = (await Promise.all(tabs)).map(ok);
      const outcomes: unknown[] = [];
      for (const { setCookies } of [...answers, ...answers.toReversed()]) {
        browser.jar.receive(setCookies);
        outcomes.push(await dataOf(browser));
      }
      const [a, b] = [
        { n: "1", a: "1", pair: ["a", "a"] },
        { n: "1", b: "1", pair: ["b", "b"] },
      ];
      assert.deepEqual(outcomes, [a, b, b, a]);
      assert.equal(eventsOf(site, "conflict").length, 0, "nobody can see that anything is lost");
    },
  },
  {
    name: `limit of a token: ${INCREMENTS} parallel increments by update() count one`,
    guarantee: [7],
    storage: "token",
    async run({ serve }) {
      const meet = meetingOf(INCREMENTS);
      const increment = (count: unknown): number => ((count as number | undefined) ?? 0) + 1;
      const site = await serve({
        ...basics,
        "/increment": json(async ({ session }) => {
          await meet();
          session.update("count", increment);
          return {};
        }),
        "/once": json(({ session }) => {
          session.update("count", increment);
          return {};
        }),
      });
      const visitor = await known(site);
      const twins = Array.from({ length: INCREMENTS }, () => visitor.twin());
      await Promise.all(twins.map((twin) => twin.get("/increment").then(ok)));
      for (const twin of twins) assert.deepEqual(await dataOf(twin), { n: "1", count: 1 });
      // One after the other they count.
      for (let round = 0; round < 3; round++) ok(await visitor.get("/once"));
      assert.deepEqual(await dataOf(visitor), { n: "1", count: 3 });
    },
  },
  {
    name: "limit of a token: a client can go back to the data of a cookie that it had before",
    guarantee: [7],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const kept = visitor.twin();
      ok(await visitor.get("/write?n=2"));
      assert.deepEqual(await dataOf(visitor), { n: "2" });
      assert.deepEqual(await dataOf(kept), { n: "1" });
    },
  },
  {
    name: "limit of a token: of two logins at once both stand, each in a session of its own with the data",
    guarantee: [4],
    storage: "token",
    async run({ serve }) {
      const meet = meetingOf(2);
      const site = await serve({
        ...basics,
        "/login-together": json(async ({ session }) => {
          await meet();
          session.login("ann");
          return {};
        }),
      });
      const visitor = await known(site);
      const tabs = [visitor.twin(), visitor.twin()];
      await Promise.all(tabs.map((tab) => tab.get("/login-together").then(ok)));
      const seen = await Promise.all(
        tabs.map(async (tab) => {
          const { id, userId } = bodyOf(await tab.get("/who")) as { id: string; userId: unknown };
          return { id, userId, data: JSON.stringify(await dataOf(tab)) };
        }),
      );
      assert.deepEqual(
        seen.map(({ userId }) => userId),
        ["ann", "ann"],
      );
      assert.equal(new Set(seen.map(({ id }) => id)).size, 2);
      for (const { data } of seen) assert.equal(data, '{"n":"1"}');
    },
  },
  {
    name: "a nested mutation is saved",
    guarantee: [7],
    storage: "token",
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/fill": json(({ session }) => {
          session.set("cart", ["apple"]);
          return {};
        }),
        "/push": json(({ session }) => {
          (session.data.cart as string[]).push("pear");
          return {};
        }),
      });
      const visitor = site.visitor();
      ok(await visitor.get("/fill"));
      ok(await visitor.get("/push"));
      assert.deepEqual(await dataOf(visitor), { cart: ["apple", "pear"] });
    },
  },
];
