import type { IncomingMessage, ServerResponse } from "node:http";
import type { Exchange } from "@coatcheck/core/node";
import { commitExchange, type Done, openExchange } from "@coatcheck/core/node";
import type { SessionModuleOptions } from "./options.ts";

/** The parts of Fastify that are used: its types are not needed to use Nest on Express. */
export interface FastifyApp {
  decorateRequest(name: string, accessor: { getter(this: FastifyRequest): unknown }): unknown;
  addHook(
    name: "onRequest",
    hook: (request: FastifyRequest, reply: FastifyReply, done: Done) => void,
  ): unknown;
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

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly protocol: string;
  readonly host: string;
  readonly log: { error(error: unknown): void };
}

interface FastifyReply {
  readonly raw: ServerResponse;
  getHeader(name: string): number | string | string[] | undefined;
  removeHeader(name: string): unknown;
  header(name: string, value: string | readonly string[]): unknown;
}

export function installOnFastify(app: FastifyApp, options: SessionModuleOptions): void {
  const { sessions, lazy = false, skip, property = "session" } = options;
  const open = new WeakMap<FastifyRequest, Exchange<object>>();
  app.decorateRequest(property, {
    getter() {
      return sessions.of(this.raw);
    },
  });
  app.addHook("onRequest", function openSession(request, reply, done) {
    const { raw } = request;
    if (skip?.(raw)) {
      done();
      return;
    }
    // Nest's middleware gets Node's own request.
    Object.defineProperty(raw, property, { get: () => sessions.of(raw), configurable: true });
    const facts = { secure: () => request.protocol === "https", host: () => request.host };
    const report = (error: unknown) => request.log.error(error);
    open.set(request, openExchange(sessions, raw, reply.raw, { lazy, facts, report }, done));
  });
  app.addHook("onSend", function commitSession(request, reply, payload, done) {
    const exchange = open.get(request);
    if (exchange === undefined) {
      done(null, payload);
      return;
    }
    const headers = {
      getHeader: (name: string) => reply.getHeader(name),
      setHeader: (name: string, value: string | readonly string[]) => {
        // `header` would add to a set-cookie that is there; the value given here is the whole list.
        reply.removeHeader(name);
        reply.header(name, value);
      },
    };
    commitExchange(exchange, headers, (error) => done(error, payload));
  });
}
