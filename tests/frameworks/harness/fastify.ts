import { createReadStream } from "node:fs";
import { fastifyCookies, fastifySession } from "@coatcheck/fastify";
import type { FrameworkHarness, TestApp, TestRoute } from "@coatcheck/testkit";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { contextOf } from "./context.ts";
import { cookiesAt } from "./cookies.ts";
import { EVERYTHING } from "./features.ts";
import { MAX_HEADER_SIZE, running } from "./listen.ts";
import { sendEvents } from "./raw-reply.ts";

export const fastifyHarness: FrameworkHarness = {
  name: "Fastify",
  features: new Set(EVERYTHING),
  async start(app) {
    const server = await serverOf(app);
    await server.listen({ port: 0, host: "127.0.0.1" });
    return running(server.server, () => server.close());
  },
};

async function serverOf(app: TestApp): Promise<FastifyInstance> {
  const server = fastify({
    forceCloseConnections: true,
    http: { maxHeaderSize: MAX_HEADER_SIZE },
    logger: { level: "warn", stream: { write: app.onError } },
  });
  for (const cookies of cookiesAt(app, "before sessions")) {
    await server.register(fastifyCookies, { cookies });
  }
  for (const { sessions, lazy, property } of app.managers) {
    await server.register(fastifySession, { sessions, lazy, property });
  }
  for (const cookies of cookiesAt(app, "after sessions")) {
    await server.register(fastifyCookies, { cookies });
  }
  server.addHook("onError", (_request, _reply, error, done) => {
    app.onError(error);
    done();
  });
  for (const [path, route] of Object.entries(app.routes)) {
    const config = route.session === false ? { session: false } : {};
    server.all(path, { config }, (request, reply) => handle(route, request, reply));
  }
  return server;
}

function handle(route: TestRoute, request: FastifyRequest, reply: FastifyReply): unknown {
  if (route.reply === "hijack") reply.hijack();
  const result = route.handle(
    contextOf(request, request.raw, reply.raw, (name, value) => reply.header(name, value)),
  );
  return result instanceof Promise
    ? result.then((value) => send(route.reply, reply, value as never))
    : send(route.reply, reply, result as never);
}

function send(kind: TestRoute["reply"], reply: FastifyReply, result: never): unknown {
  return senders[kind](reply, result);
}

const senders: Readonly<
  Record<TestRoute["reply"], (reply: FastifyReply, result: never) => unknown>
> = {
  json: (reply, value: unknown) => reply.send(value),
  text: (reply, body: string) => reply.send(body),
  redirect: (reply, path: string) => reply.redirect(path),
  empty: (reply, status: number) => reply.code(status).send(),
  stream: (reply, stream: NodeJS.ReadableStream) => reply.send(stream),
  file: (reply, path: string) => reply.type("text/plain").send(createReadStream(path)),
  sse: (reply, texts: AsyncIterable<string>) => {
    reply.hijack();
    return sendEvents(reply.raw, texts);
  },
  hijack: () => undefined,
};
