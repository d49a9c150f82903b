import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { StorageKind } from "../storage/kinds.ts";
import { heldAfter } from "./cookie.ts";
import type { Ledger } from "./ledger.ts";
import { Trace, traced } from "./trace.ts";

/** Gives every request of a server its trace, around whatever framework handles it. */
export function watchServer(server: Server, name: string, ledger: Ledger): void {
  const handlers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const trace = new Trace(name, request.method ?? "", request.url ?? "");
    watchHeaders(response, () => {
      trace.explain();
      const { storage, isStored } = trace;
      const held = (name: string | undefined, kind: StorageKind = "store") =>
        heldAfter(response.getHeader("set-cookie"), request.headers.cookie, name, kind);
      trace.held = isStored ? held(storage?.cookieName, storage?.kind) : undefined;
      trace.remembered = held(storage?.rememberCookieName);
      ledger.keep(trace);
      trace.headersLeft();
    });
    traced(trace, () => {
      keepContext(request);
      for (const handle of handlers) handle.call(server, request, response);
    });
  });
}

/** Calls `left` when the headers leave. It is there before any framework, so it sees what they all add. */
function watchHeaders(response: ServerResponse, left: () => void): void {
  const writeHead = response.writeHead;
  response.writeHead = function writeWatchedHead(...args: unknown[]): ServerResponse {
    Reflect.apply(writeHead, this, args);
    left();
    return this;
  };
}

/** The HTTP parser hands over a request's body outside of the request's asynchronous context. */
function keepContext(request: IncomingMessage): void {
  const inContext = AsyncLocalStorage.snapshot();
  const emit = request.emit;
  request.emit = (...event: unknown[]) =>
    inContext(() => Reflect.apply(emit, request, event) as boolean);
}
