import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { SessionId } from "@coatcheck/core";
import type { FrameworkCase, Site } from "../case.ts";
import type { HandlerContext } from "../harness.ts";
import { WRITES } from "../parking.ts";
import { hijack, sse, stream, type TestRoute } from "../route.ts";
import type { Visitor } from "../visitor.ts";
import { basics, dataOf, eventsOf, idOf, known, ok } from "./basics.ts";
import { type Halt, halt } from "./meet.ts";

/** A response that sends "first", halts, does `act`, sends "last", and ends unless it halts again: as a stream, as events, by hand. */
export function halves(
  stop: Halt,
  act: (context: HandlerContext) => void,
  end?: Halt,
): Record<string, TestRoute> {
  const words = async function* (context: HandlerContext): AsyncGenerator<string> {
    yield "first";
    await stop.here();
    act(context);
    yield "last";
    await end?.here();
  };
  return {
    "/stream": stream((context) => Readable.from(words(context), { objectMode: false })),
    "/sse": sse((context) => words(context)),
    "/hijack": hijack(async (context) => {
      for await (const word of words(context)) context.response.write(word);
      context.response.end();
    }),
  };
}

export const STREAMING = [
  { path: "/stream", needs: ["stream", "gate"] },
  { path: "/sse", needs: ["sse", "gate"] },
  { path: "/hijack", needs: ["hijack", "gate"] },
] as const;

/** A client that has got the first half of a response. */
export async function halfway(
  site: Site,
  path: string,
  stop: Halt,
): Promise<{ visitor: Visitor; conversation: ReturnType<Visitor["begin"]> }> {
  const visitor = await known(site);
  const conversation = visitor.begin("GET", path);
  await Promise.all([conversation.until("first"), stop.arrived]);
  return { visitor, conversation };
}

const perPath = STREAMING.flatMap(({ path, needs }): readonly FrameworkCase[] => [
  {
    name: `${path}: what a handler changes after the first byte is saved before the end`,
    guarantee: [11],
    needs,
    storage: "server-side",
    async run({ serve }) {
      const stop = halt();
      const site = await serve({
        ...basics,
        ...halves(stop, ({ session }) => session.set("late", "1")),
      });
      const { visitor, conversation } = await halfway(site, path, stop);
      site.parking.park(...WRITES);
      stop.leave();
      await site.parking.parked();
      await site.settle();
      let ended = false;
      void conversation.answer.then(() => {
        ended = true;
      });
      await site.settle();
      assert.equal(ended, false, "the response ended before the change was saved");
      site.parking.park();
      const answer = ok(await conversation.answer);
      assert.ok(answer.body.includes("last"));
      assert.deepEqual(await dataOf(visitor), { n: "1", late: "1" });
    },
  },
  {
    name: `${path}: a late change that cannot be saved breaks the response off, and is reported`,
    guarantee: [11],
    needs,
    storage: "server-side",
    async run({ serve }) {
      const stop = halt();
      const site = await serve({
        ...basics,
        ...halves(stop, ({ session }) => session.set("late", "1")),
      });
      const { visitor, conversation } = await halfway(site, path, stop);
      site.faults.plan([{ kind: "fail", method: "update" }]);
      stop.leave();
      await assert.rejects(conversation.answer, "the response must not look complete");
      assert.equal(eventsOf(site, "store-error").length, 1);
      assert.ok(site.errors.length > 0, "nobody was told");
      site.faults.plan();
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: `${path}: a change that needs a cookie after the first byte throws`,
    guarantee: [11],
    needs,
    async run({ serve }) {
      const stop = halt();
      const codes: unknown[] = [];
      const site = await serve({
        ...basics,
        ...halves(stop, ({ session }) => {
          for (const late of [
            () => session.login("ann"),
            () => session.rotate(),
            () => session.regenerate(),
            () => session.destroy(),
          ]) {
            codes.push(codeOf(late));
          }
        }),
      });
      const { visitor, conversation } = await halfway(site, path, stop);
      stop.leave();
      ok(await conversation.answer);
      assert.deepEqual(codes, ["too-late", "too-late", "too-late", "too-late"]);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: `${path}: the first write on a new session after the first byte throws`,
    guarantee: [11],
    needs,
    async run({ serve }) {
      const stop = halt();
      let code: unknown;
      const site = await serve({
        ...basics,
        ...halves(stop, ({ session }) => {
          code = codeOf(() => session.set("late", "1"));
        }),
      });
      const visitor = site.visitor();
      const conversation = visitor.begin("GET", path);
      await Promise.all([conversation.until("first"), stop.arrived]);
      stop.leave();
      ok(await conversation.answer);
      assert.equal(code, "too-late");
      assert.equal(visitor.token, undefined);
      assert.equal(site.store.calls.create, 0);
    },
  },
  {
    name: `${path}: what was changed before a client left in the middle is saved`,
    guarantee: [11],
    needs,
    storage: "server-side",
    async run({ serve, store }) {
      const [stop, end] = [halt(), halt()];
      const site = await serve({
        ...basics,
        ...halves(stop, ({ session }) => session.set("late", "1"), end),
      });
      const { visitor, conversation } = await halfway(site, path, stop);
      stop.leave();
      await conversation.until("last");
      conversation.abort();
      const id = idOf(visitor) as SessionId;
      const saved = async (): Promise<unknown> => JSON.parse((await store.read(id))?.data ?? "{}");
      for (let round = 0; round < 500 && !("late" in Object(await saved())); round++) {
        await site.settle();
      }
      assert.deepEqual(await saved(), { n: "1", late: "1" });
      end.leave();
      ok(await visitor.get("/read"));
    },
  },
]);

export function codeOf(work: () => void): unknown {
  try {
    work();
    return "nothing was thrown";
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

export const streamingCases: readonly FrameworkCase[] = perPath;
