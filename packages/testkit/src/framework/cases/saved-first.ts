import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import type { HandlerContext } from "../harness.ts";
import { WRITES } from "../parking.ts";
import { basics, dataOf, eventsOf, known, ok, unavailable } from "./basics.ts";
import { storedChange } from "./commits.ts";
import { ways } from "./reply-kinds.ts";

const MEANT = '"etag of the body that was meant"';

/** The same of every way to answer. */
const perWay = ways.flatMap((way): readonly FrameworkCase[] => [
  {
    name: `${way.name}: nothing leaves before the session is saved`,
    guarantee: [11],
    needs: way.needs,
    async run(context) {
      const { change, method } = storedChange(context);
      const site = await context.serve({ ...basics, "/way": way.route(change, context) });
      const visitor = await known(site);
      site.parking.park(...WRITES);
      const conversation = visitor.begin(way.method, "/way");
      await site.parking.parked();
      await site.settle();
      assert.equal(conversation.hasBegun, false, "a byte left before the session was saved");
      site.parking.park();
      const answer = await conversation.answer;
      assert.equal(answer.status, way.status, answer.body);
      assert.ok(answer.body.includes(way.body), answer.body);
      assert.deepEqual(await dataOf(visitor), { n: "1", changed: "1" });
      assert.equal(site.store.calls[method], 1, "one commit is enough");
    },
  },
  {
    name: `${way.name}: a failed commit becomes a 503`,
    guarantee: [10, 11],
    needs: way.needs,
    async run(context) {
      const { change, method } = storedChange(context);
      const act = (handler: HandlerContext): void => {
        change(handler);
        handler.header("etag", MEANT);
      };
      const site = await context.serve({ ...basics, "/way": way.route(act, context) });
      const visitor = await known(site);
      site.faults.plan([{ kind: "fail", method }]);
      const answer = await visitor.send(way.method, "/way");
      unavailable(answer);
      assert.ok(way.body === "" || !answer.body.includes(way.body), "the meant body was sent");
      assert.equal(answer.headers.location, undefined, "it must not lead elsewhere");
      assert.notEqual(answer.headers.etag, MEANT);
      assert.ok(eventsOf(site, "store-error").length > 0);
      site.faults.plan();
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: `${way.name}: a new session's cookie is delivered, beside the application's own headers`,
    guarantee: [11, 18],
    needs: way.needs,
    async run(context) {
      const act = (handler: HandlerContext): void => {
        handler.session.set("changed", "1");
        // Whoever takes the raw response over has left the framework's own headers behind.
        if (!way.needs.includes("hijack") && !way.needs.includes("sse")) {
          handler.header("x-own", "own");
          handler.header("set-cookie", ["own=1; Path=/"]);
        }
      };
      const site = await context.serve({ ...basics, "/way": way.route(act, context) });
      const visitor = site.visitor();
      const answer = await visitor.send(way.method, "/way");
      assert.equal(answer.status, way.status, answer.body);
      assert.ok(answer.body.includes(way.body), answer.body);
      assert.ok(visitor.token, "the client must get its cookie");
      assert.match(String(answer.headers["cache-control"]), /no-store/);
      // Error handling drops the headers of a response that is not sent, in Koa for one.
      const own = !way.needs.some((need) => need === "hijack" || need === "sse");
      if (own && way.status < 500) {
        assert.equal(answer.headers["x-own"], "own");
        assert.ok(answer.setCookies.includes("own=1; Path=/"), "the application's own cookie");
      }
      assert.deepEqual(await dataOf(visitor), { changed: "1" });
    },
  },
]);

export const savedFirstCases: readonly FrameworkCase[] = [
  ...perWay,
  {
    name: "nothing leaves before a new session is created, a login written, a logout done",
    guarantee: [11],
    async run({ serve, storage }) {
      // A new session that lives in its token, and its rotation, are nothing that the store has to know.
      const paths = storage
        ? ["/login", "/logout"]
        : ["/write?a=1", "/login", "/rotate", "/logout"];
      for (const path of paths) {
        const site = await serve(basics);
        const visitor = path.startsWith("/write") ? site.visitor() : await known(site);
        site.parking.park(...WRITES);
        const conversation = visitor.begin("GET", path);
        await site.parking.parked();
        await site.settle();
        assert.equal(conversation.hasBegun, false, path);
        site.parking.park();
        ok(await conversation.answer);
      }
    },
  },
  {
    name: "an error in a handler still commits what it did before",
    guarantee: [11],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/half": {
          reply: "json",
          handle: ({ session }) => {
            session.set("half", "1");
            throw new Error("thrown by the handler");
          },
        },
      });
      const visitor = site.visitor();
      const answer = await visitor.get("/half");
      assert.equal(answer.status, 500);
      assert.deepEqual(await dataOf(visitor), { half: "1" });
      assert.ok(site.errors.length > 0);
    },
  },
];
