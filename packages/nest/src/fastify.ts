import type { IncomingMessage, ServerResponse } from "node:http";
import { isPromise } from "@coatcheck/core";
import {
  commitExchange,
  type Done,
  type Exchange,
  FastifyFacts,
  type FastifyRequestLike,
  loadExchange,
  openExchange,
  PendingReply,
  type ReplyLike,
  sessionProperty,
} from "@coatcheck/core/node";
import { isNoted, noteManager } from "./managers.ts";
import type { SessionModuleOptions } from "./options.ts";
import { report } from "./report.ts";

export type RequestHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: Done,
) => void | Promise<void>;

/** The parts of Nest's adapter that are used. */
export interface FastifyAdapter {
  getInstance(): FastifyApp;
  /** Takes the one hook that comes before Nest's middleware. */
  setOnRequestHook?(hook: RequestHook): void;
  readonly onRequestHook?: RequestHook;
}

/** The parts of Fastify that are used: its types are not needed to use Nest on Express. */
interface FastifyApp {
  decorateRequest(
    name: string,
    accessor: { getter(this: FastifyRequest): unknown; setter(value: unknown): void },
  ): unknown;
  addHook(name: "onRequest", hook: RequestHook): unknown;
  addHook(
    name: "onSend",
    hook: (
      request: FastifyRequest,
      reply: FastifyReply,
      payload: unknown,
      done: (error?: Error | null, payload?: unknown) => void,
    ) => void,
  ): unknown;
}

interface FastifyRequest extends FastifyRequestLike {
  readonly raw: IncomingMessage;
}

interface FastifyReply extends ReplyLike {
  readonly raw: ServerResponse;
  send(): unknown;
}

export function installOnFastify(adapter: FastifyAdapter, options: SessionModuleOptions): void {
  const { sessions, lazy = false, skip, property = "session" } = options;
  const app = adapter.getInstance();
  const accessor = sessionProperty(sessions);
  const openSession: RequestHook = (request, reply, done) => {
    const { raw } = request;
    // Whoever else has opened it has not done what Nest needs.
    if (isNoted(raw, sessions) || skip?.(raw)) {
      done();
      return;
    }
    // Nest's middleware gets Node's own request.
    Object.defineProperty(raw, property, accessor);
    noteManager(raw, sessions);
    const facts = new FastifyFacts(request);
    const exchange = openExchange(sessions, raw, reply.raw, { lazy, facts, report });
    loadExchange(exchange, done, (status) => {
      reply.code(status);
      reply.send();
    });
  };

  app.decorateRequest(property, {
    getter() {
      return sessions.of(this.raw);
    },
    setter: accessor.set,
  });
  openBeforeMiddleware(adapter, openSession);
  // For whoever sets that one hook later on: then at least guards and handlers find the session.
  app.addHook("onRequest", openSession);
  app.addHook("onSend", function commitSession(request, reply, payload, done) {
    const exchange = sessions.bound(request.raw) as Exchange<object> | undefined;
    // Without another payload this one goes on.
    if (exchange === undefined) done();
    else commitExchange(exchange, new PendingReply(reply, payload), done);
  });
}

/** Nest registers its middleware with Fastify before it makes any module: a hook added now would come after it. */
export function openBeforeMiddleware(adapter: FastifyAdapter, hook: RequestHook): void {
  const before = adapter.onRequestHook;
  adapter.setOnRequestHook?.((request, reply, done) => {
    if (before === undefined) return hook(request, reply, done);
    const then: Done = (error) => (error ? done(error) : hook(request, reply, done));
    const result = before.call(adapter, request, reply, then);
    if (isPromise(result)) void result.then(() => then(), then);
  });
}
