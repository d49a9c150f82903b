import "reflect-metadata";
import { createServer, type Server } from "node:http";
import { requireAccessToken as forExpress } from "@coatcheck/oidc/express";
import { requireAccessToken as forFastify } from "@coatcheck/oidc/fastify";
import { requireAccessToken as forKoa } from "@coatcheck/oidc/koa";
import { requireAccessToken as forNest } from "@coatcheck/oidc/nest";
import { accessTokenOf, type ResourceServer } from "@coatcheck/oidc/resource";
import type { RunningApp } from "@coatcheck/testkit";
import { All, Controller, Module, Req, type Type, UseGuards } from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import express from "express";
import { fastify } from "fastify";
import Koa from "koa";
import { listen, running } from "../../frameworks/harness/listen.ts";

/** One API in every framework: `/cart` wants a token with the scope `cart:read`, `/any` a token, `/open` nothing and asks for one all the same. */
export interface ApiHarness {
  readonly name: string;
  start(api: ResourceServer): Promise<RunningApp>;
}

const CART = { scope: ["cart:read"] };

/** What a handler answers: whose token it is. */
function who(request: object): { subject: string; scope: readonly string[] } {
  const { subject, scope } = accessTokenOf(request);
  return { subject, scope };
}

const fastifyApi: ApiHarness = {
  name: "Fastify",
  async start(api) {
    const app = fastify({ forceCloseConnections: true });
    app.all("/cart", { onRequest: forFastify(api, CART) }, async (request) => who(request));
    app.all("/any", { preHandler: forFastify(api) }, async (request) => who(request));
    app.all("/open", async (request) => who(request));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return running(app.server, () => app.close());
  },
};

const expressApi: ApiHarness = {
  name: "Express",
  start(api) {
    const app = express();
    app.set("env", "test");
    app.all(
      "/cart",
      forExpress(api, CART),
      (request, response) => void response.json(who(request)),
    );
    app.all("/any", forExpress(api), (request, response) => void response.json(who(request)));
    app.all("/open", (request, response) => void response.json(who(request)));
    return listen(createServer(app));
  },
};

const koaApi: ApiHarness = {
  name: "Koa",
  start(api) {
    const app = new Koa();
    app.silent = true;
    const guards = { "/cart": forKoa(api, CART), "/any": forKoa(api) };
    app.use((ctx, next) => guards[ctx.path as "/cart"]?.(ctx, next) ?? next());
    app.use((ctx) => {
      ctx.body = who(ctx);
    });
    return listen(createServer(app.callback()));
  },
};

function moduleOf(api: ResourceServer): Type {
  @Controller()
  class Api {
    @UseGuards(forNest(api, CART))
    @All("cart")
    cart(@Req() request: object) {
      return who(request);
    }

    @UseGuards(forNest(api))
    @All("any")
    any(@Req() request: object) {
      return who(request);
    }

    @All("open")
    open(@Req() request: object) {
      return who(request);
    }
  }
  class Root {}
  Module({ controllers: [Api] })(Root);
  return Root;
}

function nestApi(name: string, adapter: () => AbstractHttpAdapter): ApiHarness {
  return {
    name,
    async start(api) {
      const options = { logger: false, forceCloseConnections: true } as const;
      const app = await NestFactory.create(moduleOf(api), adapter(), options);
      await app.listen(0, "127.0.0.1");
      return running(app.getHttpServer() as Server, () => app.close());
    },
  };
}

export const APIS: readonly ApiHarness[] = [
  fastifyApi,
  expressApi,
  koaApi,
  nestApi("Nest on Express", () => new ExpressAdapter()),
  nestApi("Nest on Fastify", () => new FastifyAdapter({ forceCloseConnections: true })),
];
