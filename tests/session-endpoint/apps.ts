import "reflect-metadata";
import { createServer, type Server } from "node:http";
import type { Sessions } from "@coatcheck/core";
import { expressSession, sessionEndpoint as onExpress } from "@coatcheck/express";
import { fastifySession, sessionEndpoint as onFastify } from "@coatcheck/fastify";
import { koaSession, sessionEndpoint as onKoa } from "@coatcheck/koa";
import { sessionEndpoint as onNest, Public, SessionGuard, SessionModule } from "@coatcheck/nest";
import { pathOf, type RunningApp } from "@coatcheck/testkit";
import { All, Controller, Inject, Module, Req } from "@nestjs/common";
import { type AbstractHttpAdapter, APP_GUARD, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import express from "express";
import { fastify } from "fastify";
import Koa from "koa";
import { listen, running } from "../frameworks/harness/listen.ts";

/** An application with `/session`, and with `/login`, `/rotate`, `/visit` and `/logout` under the session plugin. */
export interface EndpointApp {
  readonly name: string;
  /** `under`: the endpoint is under the plugin as well. */
  start(sessions: Sessions, under: boolean): Promise<RunningApp>;
}

/** What the routes do beside the endpoint. */
function act(sessions: Sessions, request: object, path: string): string {
  const session = sessions.of(request);
  if (path === "/login") session.login("ann");
  if (path === "/remember") session.login("ann", { remember: true });
  if (path === "/rotate") session.rotate();
  if (path === "/logout") session.destroy();
  return session.userId ?? "";
}

const expressApp: EndpointApp = {
  name: "Express",
  start(sessions, under) {
    const app = express();
    app.set("env", "test");
    if (!under) app.get("/session", onExpress(sessions));
    app.use(expressSession(sessions));
    app.get("/session", onExpress(sessions));
    app.use((request, response) => {
      response.send(act(sessions, request, request.path));
    });
    return listen(createServer(app));
  },
};

const nodeHttpApp: EndpointApp = {
  name: "node:http",
  start(sessions, under) {
    const open = expressSession(sessions);
    const endpoint = onExpress(sessions);
    return listen(
      createServer((request, response) => {
        const path = pathOf(request.url);
        const fail = () => response.writeHead(500).end();
        if (path === "/session" && !under) return endpoint(request, response, fail);
        open(request, response, (error) => {
          if (error) response.writeHead(503).end();
          else if (path === "/session") endpoint(request, response, fail);
          else response.end(act(sessions, request, path));
        });
      }),
    );
  },
};

const koaApp: EndpointApp = {
  name: "Koa",
  start(sessions, under) {
    const app = new Koa();
    app.silent = true;
    const endpoint = onKoa(sessions);
    const at: Koa.Middleware = (ctx, next) =>
      ctx.path === "/session" ? endpoint(ctx, next) : next();
    if (!under) app.use(at);
    app.use(koaSession(sessions));
    app.use(at);
    app.use((ctx) => {
      ctx.body = act(sessions, ctx, ctx.path);
    });
    return listen(createServer(app.callback()));
  },
};

const fastifyApp: EndpointApp = {
  name: "Fastify",
  async start(sessions, under) {
    const app = fastify({ forceCloseConnections: true });
    await app.register(fastifySession, { sessions });
    app.get("/session", { config: { session: under } }, onFastify(sessions));
    app.all("/*", async (request) => act(sessions, request, request.url));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return running(app.server, () => app.close());
  },
};

const SESSIONS = Symbol("sessions");

@Controller()
class AppController {
  readonly #sessions: Sessions;

  constructor(@Inject(SESSIONS) sessions: Sessions) {
    this.#sessions = sessions;
  }

  @Public()
  @All(["login", "remember", "rotate", "visit", "logout"])
  act(@Req() request: { readonly url: string }) {
    return act(this.#sessions, request, request.url);
  }
}

function nestApp(name: string, adapter: () => AbstractHttpAdapter): EndpointApp {
  return {
    name,
    async start(sessions, under) {
      class Root {}
      const skip = ({ url }: { url?: string | undefined }) => !under && url === "/session";
      Module({
        imports: [SessionModule.forRoot({ sessions: sessions as never, skip })],
        providers: [
          { provide: SESSIONS, useValue: sessions },
          { provide: APP_GUARD, useClass: SessionGuard },
        ],
        controllers: [AppController, onNest(sessions)],
      })(Root);
      const settings = { logger: false, forceCloseConnections: true } as const;
      const app = await NestFactory.create(Root, adapter(), settings);
      await app.listen(0, "127.0.0.1");
      return running(app.getHttpServer() as Server, () => app.close());
    },
  };
}

export const apps: readonly EndpointApp[] = [
  expressApp,
  nodeHttpApp,
  koaApp,
  fastifyApp,
  nestApp("Nest on Express", () => new ExpressAdapter()),
  nestApp("Nest on Fastify", () => new FastifyAdapter({ forceCloseConnections: true })),
];
