import { fastifyCookies, fastifySession, sessionEndpoint } from "@coatcheck/fastify";
import { fastify } from "fastify";
import { KEPT_FOR_GOOD } from "../assets.ts";
import type { StartServer } from "./server.ts";

export const startFastify: StartServer = async ({ storages, shop, assets, port, host }) => {
  const app = fastify();

  await app.register(fastifyCookies, { cookies: storages.cookies });

  // Three managers that read nothing by themselves, each with a property of its own.
  for (const { kind, sessions } of storages.all) {
    await app.register(fastifySession, { sessions, lazy: true, property: `${kind}Session` });
  }

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  // A static file has no session: even with a cookie it costs no store call.
  for (const [path, { type, text }] of assets) {
    app.get(path, { config: { session: false } }, (_request, reply) =>
      reply.type(type).header("cache-control", KEPT_FOR_GOOD).send(text),
    );
  }

  // What the page may know of its session: to ask is no visit.
  const endpoints = new Map(storages.all.map((it) => [it, sessionEndpoint(it.sessions)]));
  app.get("/session", { config: { session: false } }, (request, reply) =>
    endpoints.get(storages.chosenBy(request))?.(request, reply),
  );

  app.route({
    method: ["GET", "POST"],
    url: "*",
    // The one that the visitor chose is read, before the body is.
    onRequest: async (request) => {
      await storages.chosenBy(request).sessions.load(request);
    },
    handler: async (request, reply) => {
      const answer = await shop(request, request.body);
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
  });

  await app.listen({ port, host });
  return { server: app.server, close: () => app.close() };
};
