import {
  fastifySession,
  requireElevated,
  requireFreshLogin,
  requireUser,
} from "@coatcheck/fastify";
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type RouteShorthandOptions,
} from "fastify";
import { running } from "../../frameworks/harness/listen.ts";
import { act, type GuardedApp, type GuardHarness, OPEN, WITHIN, whoIs } from "./app.ts";

type Guards = (app: GuardedApp) => Record<"/me" | "/fresh" | "/elevated", RouteShorthandOptions>;

function harness(name: string, guards: Guards): GuardHarness {
  return {
    name,
    onRefused: true,
    async start(app) {
      const server = fastify({ forceCloseConnections: true });
      const { sessions, lazy = false, guard = {}, forgotten, cacheControl } = app;
      server.addHook("onRequest", async (_request, reply) => {
        if (cacheControl) reply.header("cache-control", cacheControl);
      });
      if (!forgotten) await server.register(fastifySession, { sessions, lazy, guard });
      routes(server, app, guards(app));
      await server.listen({ port: 0, host: "127.0.0.1" });
      return running(server.server, () => server.close());
    },
  };
}

export const fastifyHooks = harness("Fastify, by preHandler", ({ sessions, guard }) => ({
  "/me": { preHandler: requireUser(sessions, guard) },
  "/fresh": { preHandler: requireFreshLogin(sessions, WITHIN, guard) },
  "/elevated": { preHandler: requireElevated(sessions, guard) },
}));

export const fastifyEarly = harness("Fastify, by onRequest", ({ sessions, guard }) => ({
  "/me": { onRequest: requireUser(sessions, guard) },
  "/fresh": { onRequest: requireFreshLogin(sessions, WITHIN, guard) },
  "/elevated": { onRequest: requireElevated(sessions, guard) },
}));

export const fastifyConfig = harness("Fastify, by route config", () => ({
  "/me": { config: { session: { user: true } } },
  "/fresh": { config: { session: { freshLogin: WITHIN } } },
  "/elevated": { config: { session: { elevated: true } } },
}));

function routes(
  server: FastifyInstance,
  { sessions }: GuardedApp,
  guarded: ReturnType<Guards>,
): void {
  const answer = async (request: FastifyRequest) => {
    await sessions.load(request);
    act(sessions, request, request.url);
    return whoIs(sessions, request);
  };
  for (const path of OPEN) server.all(path, answer);
  for (const [path, options] of Object.entries(guarded)) server.all(path, options, answer);
  const custom = requireUser(sessions, {
    onRefused: ({ code }, _request, reply: FastifyReply) => reply.code(418).send(code),
  });
  server.all("/custom", { preHandler: custom }, answer);
  const thrown = requireUser(sessions, {
    onRefused: (refused) => {
      throw refused;
    },
  });
  server.all("/thrown", { preHandler: thrown }, answer);
}
