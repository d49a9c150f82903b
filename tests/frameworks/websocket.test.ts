import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CrossOriginError, createSessions } from "@coatcheck/core";
import {
  type FrameworkHarness,
  type TestData,
  type TestSessions,
  Visitor,
} from "@coatcheck/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { expressHarness } from "./harness/express.ts";
import { fastifyHarness } from "./harness/fastify.ts";
import { koaHarness } from "./harness/koa.ts";
import { nestOnExpress, nestOnFastify } from "./harness/nest.ts";
import { nodeHttp } from "./harness/node-http.ts";

const harnesses = [
  nodeHttp,
  expressHarness,
  koaHarness,
  fastifyHarness,
  nestOnExpress,
  nestOnFastify,
];

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What a user writes: the upgrade request is opened like any other, and its session committed after each message that changed it. */
function acceptSockets(
  sessions: TestSessions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true });
  return async (request, socket, head) => {
    try {
      const session = await sessions.open(request);
      if (session.userId === undefined) {
        socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
        return;
      }
      sockets.handleUpgrade(request, socket, head, (ws) => {
        ws.send(`hello ${session.userId}`);
        ws.on("message", async (message) => {
          session.update("messages", (count) => ((count as number | undefined) ?? 0) + 1);
          await sessions.commit(session);
          ws.send(`got ${message}`);
        });
      });
    } catch (error) {
      const status = error instanceof CrossOriginError ? error.status : 500;
      socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    }
  };
}

async function serve(harness: FrameworkHarness) {
  const sessions = createSessions<TestData>();
  const { port, server, close } = await harness.start({
    managers: [{ sessions, property: "session", lazy: false }],
    routes: {
      "/login": {
        reply: "json",
        handle: ({ session }) => {
          session.login("ann");
          return {};
        },
      },
      "/read": { reply: "json", handle: ({ session }) => ({ ...session.data }) },
    },
    onError: () => {},
  });
  cleanups.push(close);
  server.on("upgrade", acceptSockets(sessions));
  const visitor = new Visitor(port);
  await visitor.get("/login");
  const connect = (headers: Record<string, string>): WebSocket => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, { headers });
    // One that was refused complains of being closed.
    socket.on("error", () => {});
    cleanups.push(() => socket.terminate());
    return socket;
  };
  return { port, visitor, connect };
}

/** The status with which the server refuses to upgrade. */
async function refusal(socket: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  return response.statusCode;
}

describe.each(harnesses)("a WebSocket beside $name", (harness) => {
  test("opens the session of its upgrade request, and may change it while it lasts", async () => {
    const { port, visitor, connect } = await serve(harness);
    const cookie = visitor.jar.header ?? "";
    const socket = connect({ cookie, origin: `http://127.0.0.1:${port}` });
    expect(String((await once(socket, "message"))[0])).toBe("hello ann");
    for (const word of ["one", "two"]) {
      socket.send(word);
      expect(String((await once(socket, "message"))[0])).toBe(`got ${word}`);
    }
    expect(JSON.parse((await visitor.get("/read")).body)).toEqual({ messages: 2 });
  });

  test("is refused without a session", async () => {
    const { connect } = await serve(harness);
    expect(await refusal(connect({}))).toBe(401);
  });

  // Browsers send the cookie with an upgrade from any page (CSWSH), and CORS does not apply.
  test("G17: is refused to a page of another origin", async () => {
    const { visitor, connect } = await serve(harness);
    const cookie = visitor.jar.header ?? "";
    expect(await refusal(connect({ cookie, origin: "https://evil.example" }))).toBe(403);
    expect(await refusal(connect({ cookie, "sec-fetch-site": "cross-site" }))).toBe(403);
  });
});
