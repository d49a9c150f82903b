import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { basics, dataOf, eventsOf, known, ok, query } from "./basics.ts";
import { meetingOf } from "./meet.ts";

const INCREMENTS = 30;

export const updateCases: readonly FrameworkCase[] = [
  {
    name: "parallel writes to different keys both survive",
    guarantee: [7],
    storage: "server-side",
    async run({ serve }) {
      const meet = meetingOf(2);
      const site = await serve({
        ...basics,
        "/together": json(async ({ session, raw }) => {
          await meet();
          session.set(query(raw).get("key") ?? "", "1");
          return {};
        }),
      });
      const visitor = await known(site);
      const twins = [visitor.twin().get("/together?key=a"), visitor.twin().get("/together?key=b")];
      for (const answer of await Promise.all(twins)) ok(answer);
      assert.deepEqual(await dataOf(visitor), { n: "1", a: "1", b: "1" });
      assert.equal(eventsOf(site, "conflict").length, 1);
    },
  },
  {
    name: `${INCREMENTS} parallel increments by update() count ${INCREMENTS}`,
    guarantee: [7],
    storage: "server-side",
    async run({ serve }) {
      const meet = meetingOf(INCREMENTS);
      const site = await serve({
        ...basics,
        "/increment": json(async ({ session }) => {
          await meet();
          session.update("count", (count) => ((count as number | undefined) ?? 0) + 1);
          return {};
        }),
      });
      const visitor = await known(site);
      const twins = Array.from({ length: INCREMENTS }, () => visitor.twin());
      await Promise.all(twins.map((twin) => twin.get("/increment").then(ok)));
      assert.deepEqual(await dataOf(visitor), { n: "1", count: INCREMENTS });
    },
  },
  {
    name: "a nested mutation is saved, and found among parallel writes",
    guarantee: [7],
    storage: "server-side",
    async run({ serve }) {
      const meet = meetingOf(2);
      const site = await serve({
        ...basics,
        "/fill": json(({ session }) => {
          session.set("cart", ["apple"]);
          return {};
        }),
        "/push": json(async ({ session }) => {
          await meet();
          (session.data.cart as string[]).push("pear");
          return {};
        }),
        "/theme": json(async ({ session }) => {
          await meet();
          session.data.theme = "dark";
          return {};
        }),
      });
      const visitor = site.visitor();
      ok(await visitor.get("/fill"));
      const twins = [visitor.twin().get("/push"), visitor.twin().get("/theme")];
      for (const answer of await Promise.all(twins)) ok(answer);
      assert.deepEqual(await dataOf(visitor), { cart: ["apple", "pear"], theme: "dark" });
    },
  },
  {
    name: "of two writes to one key one wins, whole",
    guarantee: [7],
    storage: "server-side",
    async run({ serve }) {
      const meet = meetingOf(2);
      const site = await serve({
        ...basics,
        "/replace": json(async ({ session, raw }) => {
          await meet();
          const by = query(raw).get("by");
          session.set("pair", [by, by]);
          return {};
        }),
      });
      const visitor = await known(site);
      const twins = [visitor.twin().get("/replace?by=a"), visitor.twin().get("/replace?by=b")];
      for (const answer of await Promise.all(twins)) ok(answer);
      const { pair } = (await dataOf(visitor)) as { pair: unknown };
      assert.ok(["a,a", "b,b"].includes(String(pair)), String(pair));
    },
  },
];
