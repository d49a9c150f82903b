import { fastifySession } from "@coatcheck/fastify";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { coatcheck, manager } from "./coatcheck.ts";
import { bare, type Deeds } from "./deeds.ts";
import { byHand, mapStore, smallRedisStore } from "./fastify-by-hand.ts";
import { fastifyPeers } from "./fastify-peers.ts";
import { limitMemory, limitRedis, limitSealed, type Wire } from "./limit.ts";
import { FREE, routesOf } from "./routes.ts";
import { started } from "./started.ts";

type FastifyDeeds = Deeds<FastifyRequest, FastifyReply>;
/** Prepares the application for one library. */
export type Installed = (app: FastifyInstance) => Promise<FastifyDeeds>;

const wire: Wire<FastifyRequest, FastifyReply> = {
  cookie: (request) => request.headers.cookie,
  setCookie: (reply, line) => reply.header("set-cookie", line),
};

const installed: Record<string, Installed> = {
  bare: async () => bare,
  "limit-memory": async () => limitMemory(wire),
  "limit-redis": () => limitRedis(wire),
  "limit-sealed": async () => limitSealed(wire),
  "plugin-memory": (app) => byHand(app, mapStore()),
  "plugin-redis": async (app) => byHand(app, await smallRedisStore()),
  ...fastifyPeers,
};

async function install(name: string, app: FastifyInstance): Promise<FastifyDeeds> {
  const found = installed[name];
  if (found) return found(app);
  const sessions = await manager(name);
  await app.register(fastifySession, { sessions });
  return coatcheck(sessions);
}

export async function start(name: string): Promise<number> {
  const app = fastify();
  const deeds = await install(name, app);
  for (const { method, path, handler } of routesOf(deeds)) {
    const options = path === FREE ? { config: { session: false as const } } : {};
    app.route({ method, url: path, handler, ...options });
  }
  await app.ready();
  return started(app.server);
}
