import { fastifySession } from "@coatcheck/fastify";
import { fastify } from "fastify";
import type { StartServer } from "./server.ts";

export const startFastify: StartServer = async ({ sessions, shop, css, port, host }) => {
  const app = fastify();

  await app.register(fastifySession, { sessions });

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  // A static file has no session: even with a cookie it costs no store call.
  app.get("/style.css", { config: { session: false } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(css),
  );

  app.route({
    method: ["GET", "POST"],
    url: "*",
    handler: async (request, reply) => {
      const answer = await shop(request, request.body, sessions.of(request));
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
  });

  await app.listen({ port, host });
  return { server: app.server, close: () => app.close() };
};
