import assert from "node:assert/strict";
import type { FrameworkCase } from "../../case.ts";
import { hijack, json } from "../../route.ts";
import { basics, bodyOf, dataOf, known, ok } from "../basics.ts";
import { halt } from "../meet.ts";
import { codeOf, halfway, halves, STREAMING } from "../streaming.ts";

const perPath = STREAMING.flatMap(({ path, needs }): readonly FrameworkCase[] => [
  {
    name: `${path}: a change after the first byte throws, also on a known session`,
    guarantee: [11],
    needs,
    storage: "token",
    async run({ serve }) {
      const stop = halt();
      const codes: unknown[] = [];
      const site = await serve({
        ...basics,
        ...halves(stop, ({ session }) => {
          for (const late of [
            () => session.set("late", "1"),
            () => session.delete("n"),
            () => session.update("n", () => "2"),
            () => session.flash("late", "1"),
            () => session.clear(),
          ]) {
            codes.push(codeOf(late));
          }
        }),
      });
      const { visitor, conversation } = await halfway(site, path, stop);
      stop.leave();
      assert.ok(ok(await conversation.answer).body.includes("last"));
      assert.deepEqual(codes, Array(5).fill("too-late"));
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: `${path}: a value mutated after the first byte breaks the response off, and is reported`,
    guarantee: [11],
    needs,
    storage: "token",
    async run({ serve }) {
      const stop = halt();
      const site = await serve({
        ...basics,
        "/fill": json(({ session }) => {
          session.set("cart", ["apple"]);
          return {};
        }),
        ...halves(stop, ({ session }) => (session.data.cart as string[]).push("pear")),
      });
      const visitor = await known(site);
      ok(await visitor.get("/fill"));
      const conversation = visitor.begin("GET", path);
      await Promise.all([conversation.until("first"), stop.arrived]);
      stop.leave();
      await assert.rejects(conversation.answer, "the response must not look complete");
      await site.settle();
      assert.ok(
        site.errors.flat().some((error) => String(error).includes("headers had left")),
        "nobody was told",
      );
      assert.deepEqual(await dataOf(visitor), { n: "1", cart: ["apple"] });
    },
  },
  {
    name: `${path}: a message that is read after the first byte stays for the next request`,
    guarantee: [11],
    needs,
    storage: "token",
    async run({ serve }) {
      const stop = halt();
      let read: unknown;
      const site = await serve({
        ...basics,
        "/leave": json(({ session }) => {
          session.flash("notice", "saved");
          return {};
        }),
        "/shown": json(({ session }) => ({ notice: session.get("notice") ?? null })),
        ...halves(stop, ({ session }) => {
          read = session.get("notice");
        }),
      });
      const visitor = await known(site);
      ok(await visitor.get("/leave"));
      const conversation = visitor.begin("GET", path);
      await Promise.all([conversation.until("first"), stop.arrived]);
      stop.leave();
      ok(await conversation.answer);
      assert.equal(read, "saved");
      assert.deepEqual(bodyOf(await visitor.get("/shown")), { notice: "saved" });
      assert.deepEqual(bodyOf(await visitor.get("/shown")), { notice: null });
    },
  },
]);

export const carriedStreamingCases: readonly FrameworkCase[] = [
  ...perPath,
  {
    name: "limit of a token: a client that leaves during its login has to log in again",
    guarantee: [11],
    needs: ["hijack", "gate"],
    storage: "token",
    async run({ serve }) {
      const closed = Promise.withResolvers<void>();
      const site = await serve({
        ...basics,
        "/left": hijack(({ session, response }) => {
          session.login("ann");
          response.once("close", closed.resolve);
          response.end("done");
        }),
      });
      const visitor = await known(site);
      site.parking.park("create");
      const conversation = visitor.begin("GET", "/left");
      await site.parking.parked();
      conversation.abort();
      await closed.promise;
      site.parking.park();
      // The login was written down, and the token that went with it was not delivered.
      for (let round = 0; round < 500 && Object.keys(Object(await dataOf(visitor))).length > 0; ) {
        round += 1;
      }
      assert.deepEqual(await dataOf(visitor), {});
      ok(await visitor.get("/login"));
      assert.equal((bodyOf(await visitor.get("/who")) as { userId: unknown }).userId, "ann");
    },
  },
];
