import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { SessionId } from "@coatcheck/core";
import type { FrameworkCase } from "../case.ts";
import { hijack, stream } from "../route.ts";
import { basics, dataOf, idOf, known, ok, unavailable } from "./basics.ts";
import { storedChange } from "./commits.ts";

const CHUNK = 64 * 1024;
const CHUNKS = 128;
/** What a few buffers on the way may hold: far less than the whole. */
const BOUND = 16;

export const backpressureCases: readonly FrameworkCase[] = [
  {
    name: "while the session is being saved a large stream is not read without bound",
    guarantee: [11],
    needs: ["stream", "gate"],
    async run(suite) {
      const { change, method } = storedChange(suite);
      let read = 0;
      const site = await suite.serve({
        ...basics,
        "/large": stream((context) => {
          change(context);
          return new Readable({
            read() {
              read += 1;
              this.push(read > CHUNKS ? null : Buffer.alloc(CHUNK, "x"));
            },
          });
        }),
      });
      const visitor = await known(site);
      site.parking.park(method);
      const conversation = visitor.begin("GET", "/large");
      await site.parking.parked();
      for (let round = 0; round < 3; round++) await site.settle();
      assert.equal(conversation.hasBegun, false);
      assert.ok(read <= BOUND, `${read} chunks were read while nothing could be sent`);
      site.parking.park();
      const answer = ok(await conversation.answer);
      assert.equal(answer.body.length, CHUNKS * CHUNK);
      assert.deepEqual(await dataOf(visitor), { n: "1", changed: "1" });
    },
  },
  {
    name: "a stream that is not sent, since the session could not be saved, is not left open",
    guarantee: [11],
    needs: ["stream", "gate"],
    async run(suite) {
      const { change, method } = storedChange(suite);
      let body: Readable | undefined;
      const site = await suite.serve({
        ...basics,
        "/stream": stream((context) => {
          change(context);
          body = Readable.from(["one", "two"], { objectMode: false });
          return body;
        }),
        "/failing": stream((context) => {
          change(context);
          // As a file does that is not there.
          return new Readable({
            construct: (done) => void setImmediate(done, new Error("no such file")),
          });
        }),
      });
      const visitor = await known(site);
      site.faults.plan([{ kind: "fail", method }]);
      unavailable(await visitor.get("/stream"));
      await site.settle();
      assert.ok(body?.destroyed || body?.readableEnded, "the stream was left open");
      const answer = await visitor.get("/failing").catch((error: Error) => error);
      if (!(answer instanceof Error)) assert.ok(answer.status >= 500, `status ${answer.status}`);
      site.faults.plan();
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "a stream piped into a response that is not sent is not left open",
    guarantee: [11],
    needs: ["hijack", "gate"],
    async run(suite) {
      const { change, method } = storedChange(suite);
      let body: Readable | undefined;
      const site = await suite.serve({
        ...basics,
        "/piped": hijack((context) => {
          change(context);
          body = Readable.from(["one", "two"], { objectMode: false });
          body.pipe(context.response);
        }),
      });
      const visitor = await known(site);
      site.faults.plan([{ kind: "fail", method }]);
      unavailable(await visitor.get("/piped"));
      await site.settle();
      assert.ok(body?.destroyed || body?.readableEnded, "the stream was left open");
    },
  },
  {
    name: "a writer that is told to wait while the session is saved is told when to go on",
    guarantee: [11],
    needs: ["hijack", "gate"],
    async run(suite) {
      const { change, method } = storedChange(suite);
      const told: string[] = [];
      const site = await suite.serve({
        ...basics,
        "/writer": hijack((context) => {
          change(context);
          const { response } = context;
          const more = response.write("first ");
          told.push(more ? "go on" : "wait");
          response.once("drain", () => {
            told.push("drain");
            response.end("last");
          });
        }),
      });
      const visitor = await known(site);
      site.parking.park(method);
      const conversation = visitor.begin("GET", "/writer");
      await site.parking.parked();
      await site.settle();
      assert.deepEqual(told, ["wait"]);
      site.parking.park();
      assert.equal(ok(await conversation.answer).body, "first last");
      assert.deepEqual(told, ["wait", "drain"]);
    },
  },
  {
    name: "a client that leaves while the session is being saved harms nobody, and it is saved",
    guarantee: [11],
    needs: ["hijack", "gate"],
    storage: "server-side",
    async run({ serve, store }) {
      const closed = Promise.withResolvers<void>();
      const site = await serve({
        ...basics,
        "/left": hijack(({ session, response }) => {
          session.set("changed", "1");
          response.once("close", closed.resolve);
          response.write("first ");
          response.end("last");
        }),
      });
      const visitor = await known(site);
      site.parking.park("update");
      const conversation = visitor.begin("GET", "/left");
      await site.parking.parked();
      conversation.abort();
      await closed.promise;
      site.parking.park();
      const read = () => store.read(idOf(visitor) as SessionId);
      // A store on a network takes a few rounds.
      let record = await read();
      for (let round = 0; round < 500 && record?.version === 1; round += 1) {
        await site.settle();
        record = await read();
      }
      assert.deepEqual(JSON.parse(record?.data ?? "{}"), { n: "1", changed: "1" });
      assert.deepEqual(await dataOf(visitor), { n: "1", changed: "1" });
    },
  },
  {
    name: "a status set after the first write is too late, also while the session is being saved",
    guarantee: [11],
    needs: ["hijack", "gate"],
    async run({ serve }) {
      let sent: boolean | undefined;
      const site = await serve({
        ...basics,
        "/status": hijack(({ session, response }) => {
          session.set("changed", "1");
          response.write("first ");
          sent = response.headersSent;
          response.statusCode = 500;
          response.end("last");
        }),
      });
      const answer = await (await known(site)).get("/status");
      assert.equal(answer.status, 200);
      assert.equal(answer.body, "first last");
      assert.equal(sent, true, "whoever asks must not send another head");
    },
  },
  {
    name: "callbacks of write() and end() come once, in their order",
    guarantee: [11],
    needs: ["hijack", "gate"],
    async run({ serve }) {
      const called: string[] = [];
      const site = await serve({
        ...basics,
        "/callbacks": hijack(({ session, response }) => {
          session.set("changed", "1");
          response.write("one ", () => called.push("one"));
          response.write("two ", "utf8", () => called.push("two"));
          response.end("three", () => called.push("end"));
        }),
      });
      const answer = ok(await (await known(site)).get("/callbacks"));
      assert.equal(answer.body, "one two three");
      await site.settle();
      assert.deepEqual(called, ["one", "two", "end"]);
    },
  },
];
