import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import { describe, expect, onTestFinished, test } from "vitest";
import { SessionStoreError, SessionTooLateError } from "../errors.ts";
import { createSessions } from "../session/manager.ts";
import type { SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { type Handler, listening, serving } from "./testing/serving.ts";

type Data = { a?: number; b?: number };

/** A store that answers by promises, and whose `create` may fail. */
function slowStore(fails: boolean): SessionStore {
  const inner = memoryStore();
  return {
    read: async (id) => inner.read(id),
    create: async (record) => {
      if (fails) throw new Error("disk full");
      return inner.create(record);
    },
    update: async (record, version) => inner.update(record, version),
    touch: async (id, times) => inner.touch(id, times),
    destroy: async (id) => inner.destroy(id),
  };
}

async function get(storage: SessionStore, handler: Handler<Data>) {
  const port = await listening(createServer(serving(createSessions<Data>({ storage }), handler)));
  const sent = request({ port, host: "127.0.0.1", agent: false }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, cookies: response.headers["set-cookie"] ?? [], body };
}

describe("the gate", () => {
  test.each([
    ["at once", memoryStore(), 0],
    ["by promises", slowStore(false), 1],
  ] as const)(
    "G11 a change after the end throws or is saved, never dropped: store %s",
    async (...[, storage, saved]) => {
      const outcome = Promise.withResolvers<unknown>();
      await get(storage, (sessions, req, res) => {
        sessions.of(req).set("a", 1);
        res.end();
        try {
          sessions.of(req).set("b", 2);
          outcome.resolve(undefined);
        } catch (error) {
          outcome.resolve(error);
        }
      });
      const error = await outcome.promise;
      if (saved === 0) expect(error).toBeInstanceOf(SessionTooLateError);
      else expect(error).toBeUndefined();
    },
  );

  test("G11 whoever waits for a write or an end that is dropped learns why", async () => {
    const told: unknown[] = [];
    const both = Promise.withResolvers<void>();
    const tell = (error: unknown) => {
      if (told.push(error) === 2) both.resolve();
    };
    const { status, cookies } = await get(slowStore(true), (sessions, req, res) => {
      sessions.of(req).set("a", 1);
      res.write("x", tell);
      res.end("y", tell as () => void);
    });
    await both.promise;
    expect(status).toBe(503);
    expect(cookies).toEqual([]);
    expect(told.every((error) => error instanceof SessionStoreError)).toBe(true);
  });

  test("G11 HTTP/2: saved before seen, the cookie delivered, and a failure is a 503 without a warning", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => {
      process.off("warning", warned);
    });
    for (const fails of [false, true]) {
      const sessions = createSessions<Data>({ storage: slowStore(fails) });
      const handle = serving(sessions, (_, req, res) => {
        sessions.of(req).set("a", 1);
        res.setHeader("set-cookie", "own=1");
        res.end("done");
      });
      const server = createHttp2Server((req, res) =>
        handle(req as unknown as IncomingMessage, res as unknown as ServerResponse),
      );
      const client = connect(`http://localhost:${await listening(server)}`);
      const stream = client.request({ ":path": "/" });
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      stream.resume();
      await once(stream, "close");
      client.close();
      const cookies = (headers["set-cookie"] ?? []) as string[];
      expect(headers[":status"]).toBe(fails ? 503 : 200);
      expect(cookies.some((line) => line.startsWith("__Host-id="))).toBe(!fails);
      if (!fails) expect(cookies).toContain("own=1");
    }
    expect(warnings).toEqual([]);
  });
});
