import "reflect-metadata";
import { createServer, type Server } from "node:http";
import { expressSession, requireFreshLogin } from "@coatcheck/express";
import { fastifySession } from "@coatcheck/fastify";
import { koaSession } from "@coatcheck/koa";
import { SessionModule } from "@coatcheck/nest";
import { requireAccessToken as expressApi, oidcRoutes as onExpress } from "@coatcheck/oidc/express";
import { requireAccessToken as fastifyApi, oidcRoutes as onFastify } from "@coatcheck/oidc/fastify";
import { requireAccessToken as koaApi, oidcRoutes as onKoa } from "@coatcheck/oidc/koa";
import { requireAccessToken as nestApi, oidcRoutes as onNestRoutes } from "@coatcheck/oidc/nest";
import { All, Controller, Get, Inject, Module, Req, UseGuards } from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import express from "express";
import { fastify } from "fastify";
import Koa from "koa";
import { listen, running } from "../../frameworks/harness/listen.ts";
import { act, type Framework, type Parts } from "./app.ts";

const SCOPE = { scope: "cart:read" };
const CART = { cart: ["coat"] };

const bothOf = ({ oidc, second }: Parts) => (second ? [oidc, second] : [oidc]);

const onFastifyAlone: Framework = {
  name: "Fastify",
  async start(parts) {
    const logger = { level: "trace", stream: { write: parts.log } };
    const app = fastify({ forceCloseConnections: true, trustProxy: true, logger });
    await app.register(fastifySession, { sessions: parts.sessions });
    for (const oidc of bothOf(parts)) await app.register(onFastify, { oidc });
    app.get(
      "/api/cart",
      { config: { session: false }, onRequest: fastifyApi(parts.api, SCOPE) },
      async () => CART,
    );
    app.all("/*", async (request) => act(parts, request, request.url));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return running(app.server, () => app.close());
  },
};

const onKoaAlone: Framework = {
  name: "Koa",
  start(parts) {
    const app = new Koa({ proxy: true });
    const guard = koaApi(parts.api, SCOPE);
    app.use(async (ctx, next) => {
      if (ctx.path !== "/api/cart") return next();
      await guard(ctx, async () => {
        ctx.body = CART;
      });
    });
    app.use(koaSession(parts.sessions));
    for (const oidc of bothOf(parts)) app.use(onKoa(oidc));
    app.use(async (ctx) => {
      ctx.body = await act(parts, ctx, ctx.url);
    });
    return listen(createServer(app.callback()));
  },
};

const onExpressAlone: Framework = {
  name: "Express",
  start(parts) {
    const app = express();
    app.set("trust proxy", true);
    app.get("/api/cart", expressApi(parts.api, SCOPE), (_, response) => {
      response.json(CART);
    });
    app.use(expressSession(parts.sessions));
    for (const oidc of bothOf(parts)) app.use(onExpress(oidc));
    app.get("/fresh", requireFreshLogin(parts.sessions, "10m", { loginUrl: "/auth/login" }));
    app.use(async (request, response) => {
      response.json(await act(parts, request, request.url));
    });
    return listen(createServer(app));
  },
};

const PARTS = Symbol("parts");

@Controller()
class Application {
  readonly #parts: Parts;

  constructor(@Inject(PARTS) parts: Parts) {
    this.#parts = parts;
  }

  @All(["/", "/me", "/note", "/token", "/become", "/sign-out-here"])
  act(@Req() request: { readonly url: string }) {
    return act(this.#parts, request, request.url);
  }
}

/** Express has no option for it. */
function expressAdapter(): ExpressAdapter {
  const adapter = new ExpressAdapter();
  adapter.set("trust proxy", true);
  return adapter;
}

function onNest(name: string, adapter: () => AbstractHttpAdapter): Framework {
  return {
    name,
    async start(parts) {
      @UseGuards(nestApi(parts.api, SCOPE))
      @Controller("api")
      class Api {
        @Get("cart")
        cart() {
          return CART;
        }
      }
      class Root {}
      Module({
        imports: [
          SessionModule.forRoot({ sessions: parts.sessions as never }),
          ...bothOf(parts).map((oidc) => onNestRoutes(oidc)),
        ],
        providers: [{ provide: PARTS, useValue: parts }],
        controllers: [Application, Api],
      })(Root);
      const app = await NestFactory.create(Root, adapter(), {
        forceCloseConnections: true,
        logger: logger(parts.log),
      });
      await app.listen(0, "127.0.0.1");
      return running(app.getHttpServer() as Server, () => app.close());
    },
  };
}

function logger(log: (text: string) => void) {
  const line = (...words: unknown[]) => log(words.map(String).join(" "));
  return { log: line, error: line, warn: line, debug: line, verbose: line, fatal: line };
}

export const frameworks: readonly Framework[] = [
  onFastifyAlone,
  onKoaAlone,
  onExpressAlone,
  onNest("Nest on Express", expressAdapter),
  onNest(
    "Nest on Fastify",
    () => new FastifyAdapter({ forceCloseConnections: true, trustProxy: true }),
  ),
];

/** For what no framework has a part in. */
export const anyFramework = onExpressAlone;
