import "reflect-metadata";
import type { Server } from "node:http";
import { SessionModule } from "@coatcheck/nest";
import {
  Controller,
  type DynamicModule,
  Get,
  HttpCode,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { coatcheck, manager } from "./coatcheck.ts";
import { bare, type Deeds } from "./deeds.ts";
import { expressSession, regenerable } from "./express-peers.ts";
import { fastifySessionPeer, redisStore } from "./fastify-peers.ts";
import { limitMemory, limitRedis, limitSealed, type Wire } from "./limit.ts";
import { FREE, routesOf } from "./routes.ts";
import { started } from "./started.ts";

/** The platform's own request and response, whichever it is. */
interface NestRequest {
  readonly headers: { readonly cookie?: string };
  readonly raw?: object;
}
interface NestResponse {
  header(name: string, value: string): unknown;
}
type NestDeeds = Deeds<NestRequest, NestResponse>;

const wire: Wire<NestRequest, NestResponse> = {
  cookie: (request) => request.headers.cookie,
  setCookie: (response, line) => response.header("set-cookie", line),
};

type Platform = "nest-fastify" | "nest-express";
type Install = (app: INestApplication) => Promise<NestDeeds>;

function fastifyOf(app: INestApplication): FastifyInstance {
  return (app as NestFastifyApplication).getHttpAdapter().getInstance() as FastifyInstance;
}

async function nativeFastify(app: INestApplication, store?: object): Promise<NestDeeds> {
  const options = store ? { store } : {};
  const deeds = await fastifySessionPeer(fastifyOf(app), options);
  return deeds as Deeds<FastifyRequest> as unknown as NestDeeds;
}

async function express(app: INestApplication, store?: object): Promise<NestDeeds> {
  app.use(await expressSession(store));
  return regenerable<NestRequest>((request) => request.raw ?? request);
}

const installed: Record<string, Install> = {
  bare: async () => bare,
  "limit-memory": async () => limitMemory(wire),
  "limit-redis": () => limitRedis(wire),
  "limit-sealed": async () => limitSealed(wire),
  "@fastify/session-memory": (app) => nativeFastify(app),
  "@fastify/session-redis": async (app) => nativeFastify(app, await redisStore()),
  "express-session-memory": (app) => express(app),
  "express-session-redis": async (app) => express(app, await redisStore()),
};

/** A controller with all routes; its decorators are called by hand, as Node.js does not know any. */
function controllerOf(deeds: () => NestDeeds): new () => object {
  class AppController {}
  for (const { method, path, handler } of routesOf(late(deeds))) {
    const key = path.slice(1);
    const descriptor = { value: handler, writable: true, configurable: true, enumerable: false };
    Object.defineProperty(AppController.prototype, key, descriptor);
    (method === "GET" ? Get(path) : Post(path))(AppController.prototype, key, descriptor);
    HttpCode(200)(AppController.prototype, key, descriptor);
    Req()(AppController.prototype, key, 0);
    Res({ passthrough: true })(AppController.prototype, key, 1);
  }
  Controller()(AppController);
  return AppController;
}

/** A controller is made before the application is, and peers are installed into the application. */
function late(deeds: () => NestDeeds): NestDeeds {
  return {
    untouched: (request, response) => deeds().untouched?.(request, response),
    read: (request, response) => deeds().read(request, response),
    write: (request, value, response) => deeds().write(request, value, response),
    fill: (request, response) => deeds().fill(request, response),
    login: (request, response) => deeds().login(request, response),
    seen: (request, response) => deeds().seen(request, response),
    user: (request, response) => deeds().user(request, response),
  };
}

export async function startNest(platform: Platform, name: string): Promise<number> {
  let deeds: NestDeeds = bare;
  const imports: DynamicModule[] = [];
  const install = installed[name];
  if (!install) {
    const sessions = await manager(name);
    imports.push(SessionModule.forRoot({ sessions, skip: ({ url }) => url === FREE }));
    deeds = coatcheck<NestRequest>(sessions);
  }
  class AppModule {}
  Module({ imports, controllers: [controllerOf(() => deeds)] })(AppModule);
  const options = { logger: ["error" as const] };
  const app =
    platform === "nest-fastify"
      ? await NestFactory.create(AppModule, new FastifyAdapter(), options)
      : await NestFactory.create(AppModule, options);
  if (install) deeds = await install(app);
  await app.init();
  if (platform === "nest-fastify") await fastifyOf(app).ready();
  return started(app.getHttpServer() as Server);
}
