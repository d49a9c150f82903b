import { fastifyCookies, fastifySession } from "@coatcheck/fastify";
import { fastify } from "fastify";
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
    app.get(path, { config: { session: false } }, (_request, reply) => reply.type(type).send(text));
  }

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
