import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { createSessions, memoryStore, type SessionOf, type Sessions } from "@coatcheck/core";
import { type ExpressSessionMiddleware, expressSession } from "@coatcheck/express";
import { DATA, type Data } from "../tax/servers/texts.ts";
import { later } from "./later.ts";
import type { Operation } from "./operation.ts";
import { clock, requestHeaders, signedIn } from "./visitor.ts";

const socket = new Socket();

/** Whole responses of plain `node:http`, which nobody reads: what wraps them counts too. */
export async function responses(): Promise<Operation[]> {
  const storage = memoryStore({ clock, maxSessions: 1_000_000 });
  const sessions = createSessions<Data>({ storage, clock });
  const known = requestHeaders(await signedIn(sessions));
  const stranger = requestHeaders();
  let seen = DATA.seen;
  const middleware = expressSession(sessions, { skip: ({ url }) => url === "/free" });
  const response = responsesOf(sessions, middleware);
  const waiting = createSessions<Data>({ storage: later(storage), clock });
  const held = responsesOf(waiting, expressSession(waiting))(known, (it) => it.set("seen", seen++));
  return [
    {
      name: "node:http: without a session",
      run() {
        const [, answer] = exchange(known);
        answer.end("all is well.");
      },
    },
    {
      name: "node:http: opted out",
      run() {
        const [request, answer] = exchange(known, "/free");
        middleware(request, answer, () => answer.end("all is well."));
      },
    },
    { name: "node:http: untouched", run: response(known, () => undefined) },
    { name: "node:http: read", run: response(known, (it) => it.get("name")) },
    { name: "node:http: set one key", run: response(known, (it) => it.set("seen", seen++)) },
    {
      name: "node:http: set one key, a store that answers later",
      run() {
        held();
        return new Promise((resolve) => setImmediate(resolve));
      },
    },
    { name: "node:http: new visitor, read", run: response(stranger, (it) => it.get("name")) },
  ];
}

/** What answers a request with its session in hand. */
function responsesOf(sessions: Sessions<Data>, middleware: ExpressSessionMiddleware) {
  type Deed = (session: SessionOf<typeof sessions>) => unknown;
  return (headers: Record<string, string>, deed: Deed) => () => {
    const [request, answer] = exchange(headers);
    middleware(request, answer, () => {
      deed(sessions.of(request));
      answer.end("all is well.");
    });
  };
}

function exchange(
  headers: Record<string, string>,
  url = "/",
): [IncomingMessage, ServerResponse<IncomingMessage>] {
  const request = new IncomingMessage(socket);
  request.method = "GET";
  request.url = url;
  request.headers = headers;
  return [request, new ServerResponse(request)];
}
