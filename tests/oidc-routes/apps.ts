import "reflect-metadata";
import { createServer, type Server } from "node:http";
import type { Sessions } from "@coatcheck/core";
import { expressSession } from "@coatcheck/express";
import { fastifySession } from "@coatcheck/fastify";
import { koaSession } from "@coatcheck/koa";
import { Public, SessionGuard, SessionModule } from "@coatcheck/nest";
import type { Oidc } from "@coatcheck/oidc";
import { oidcRoutes as onExpress } from "@coatcheck/oidc/express";
import { oidcRoutes as onFastify } from "@coatcheck/oidc/fastify";
import { oidcRoutes as onKoa } from "@coatcheck/oidc/koa";
import { oidcRoutes as onNest } from "@coatcheck/oidc/nest";
import type { RunningApp } from "@coatcheck/testkit";
import { Controller, Get, Inject, Module, Req } from "@nestjs/common";
import { type AbstractHttpAdapter, APP_GUARD, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import express from "express";
import { fastify } from "fastify";
import Koa from "koa";
import { listen, running } from "../frameworks/harness/listen.ts";

export interface Data {
  visits?: number;
}

/** Where the routes are, seen from the session plugin. */
export interface Mounting {
  readonly place: "before" | "after";
  readonly lazy: boolean;
}

/** An application with the provider's routes, `/me`, and something that counts visits in every session that it finds loaded. */
export interface OidcApp {
  readonly name: string;
  start(sessions: Sessions<Data>, oidc: Oidc<Data>, mounting: Mounting): Promise<RunningApp>;
}

/** As an application's own middleware does for every request, whatever it is for. */
function count(sessions: Sessions<Data>, request: object, { place, lazy }: Mounting): void {
  if (place === "before" || lazy) return;
  sessions.of(request).update("visits", (visits = 0) => visits + 1);
}

async function me(sessions: Sessions<Data>, request: object): Promise<string> {
  return (await sessions.load(request)).userId ?? "nobody";
}

const expressApp: OidcApp = {
  name: "Express",
  start(sessions, oidc, mounting) {
    const app = express();
    app.set("env", "test");
    const { place, lazy } = mounting;
    if (place === "before") app.use(onExpress(oidc));
    app.use(expressSession(sessions, { lazy }));
    app.use((request, _response, next) => {
      count(sessions, request, mounting);
      next();
    });
    app.use(express.urlencoded({ extended: true }), express.json());
    if (place === "after") app.use(onExpress(oidc));
    app.get("/me", async (request, response) => {
      response.send(await me(sessions, request));
    });
    return listen(createServer(app));
  },
};

const nodeHttpApp: OidcApp = {
  name: "node:http",
  start(sessions, oidc, { place, lazy }) {
    const open = expressSession(sessions, { lazy });
    const routes = onExpress(oidc);
    return listen(
      createServer((request, response) => {
        const fail = (error: unknown) => {
          const { status = 500 } = error as { status?: number };
          response.writeHead(status).end();
        };
        const rest = async () => {
          if (request.url === "/me") response.end(await me(sessions, request));
          else response.writeHead(404).end();
        };
        const then = (next: () => unknown) => (error?: unknown) =>
          void (error ? fail(error) : next());
        if (place === "before") {
          routes(
            request,
            response,
            then(() => open(request, response, then(rest))),
          );
        } else {
          open(
            request,
            response,
            then(() => routes(request, response, then(rest))),
          );
        }
      }),
    );
  },
};

const koaApp: OidcApp = {
  name: "Koa",
  start(sessions, oidc, mounting) {
    const app = new Koa();
    app.silent = true;
    const { place, lazy } = mounting;
    if (place === "before") app.use(onKoa(oidc));
    app.use(koaSession(sessions, { lazy }));
    app.use((ctx, next) => {
      count(sessions, ctx, mounting);
      return next();
    });
    if (place === "after") app.use(onKoa(oidc));
    app.use(async (ctx) => {
      if (ctx.path === "/me") ctx.body = await me(sessions, ctx);
    });
    return listen(createServer(app.callback()));
  },
};

const fastifyApp: OidcApp = {
  name: "Fastify",
  async start(sessions, oidc, mounting) {
    const app = fastify({ forceCloseConnections: true });
    const { place, lazy } = mounting;
    if (place === "before") await app.register(onFastify, { oidc });
    await app.register(fastifySession, { sessions, lazy });
    app.addHook("preHandler", async (request) => {
      if (request.routeOptions.config.session !== false) count(sessions, request, mounting);
    });
    if (place === "after") await app.register(onFastify, { oidc });
    app.get("/me", (request) => me(sessions, request));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return running(app.server, () => app.close());
  },
};

const SESSIONS = Symbol("sessions");

@Controller()
class AppController {
  readonly #sessions: Sessions<Data>;

  constructor(@Inject(SESSIONS) sessions: Sessions<Data>) {
    this.#sessions = sessions;
  }

  @Public()
  @Get("me")
  me(@Req() request: object) {
    return me(this.#sessions, request);
  }
}

function nestApp(name: string, adapter: () => AbstractHttpAdapter): OidcApp {
  return {
    name,
    async start(sessions, oidc, { place, lazy }) {
      class Root {}
      const own = SessionModule.forRoot({ sessions: sessions as never, lazy });
      Module({
        imports: place === "before" ? [onNest(oidc), own] : [own, onNest(oidc)],
        providers: [
          { provide: SESSIONS, useValue: sessions },
          { provide: APP_GUARD, useClass: SessionGuard },
        ],
        controllers: [AppController],
      })(Root);
      const settings = { logger: false, forceCloseConnections: true } as const;
      const app = await NestFactory.create(Root, adapter(), settings);
      app.setGlobalPrefix("api", { exclude: ["me"] });
      await app.listen(0, "127.0.0.1");
      return running(app.getHttpServer() as Server, () => app.close());
    },
  };
}

export const apps: readonly OidcApp[] = [
  expressApp,
  nodeHttpApp,
  koaApp,
  fastifyApp,
  nestApp("Nest on Express", () => new ExpressAdapter()),
  nestApp("Nest on Fastify", () => new FastifyAdapter({ forceCloseConnections: true })),
];
