import "reflect-metadata";
import type { Server, ServerResponse } from "node:http";
import type { Sessions } from "@coatcheck/core";
import { Elevated, FreshLogin, Public, SessionGuard, SessionModule, UserId } from "@coatcheck/nest";
import { All, Controller, Inject, Module, Req, type Type } from "@nestjs/common";
import { type AbstractHttpAdapter, APP_GUARD, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { running } from "../../frameworks/harness/listen.ts";
import { act, type GuardedApp, type GuardHarness, WITHIN, whoIs } from "./app.ts";

const SESSIONS = Symbol("sessions");

@Controller()
class AppController {
  readonly #sessions: Sessions;

  constructor(@Inject(SESSIONS) sessions: Sessions) {
    this.#sessions = sessions;
  }

  @Public()
  @All(["login", "logout", "open", "step-up", "act"])
  async open(@Req() request: { readonly url: string }) {
    await this.#sessions.load(request);
    act(this.#sessions, request, request.url);
    return whoIs(this.#sessions, request);
  }

  @All("me")
  me(@UserId() user: string) {
    return { user };
  }

  @Elevated()
  @All("elevated")
  elevated(@UserId() user: string) {
    return { user };
  }

  @FreshLogin(WITHIN)
  @All("fresh")
  fresh(@UserId() user: string) {
    return { user };
  }
}

function rootOf({ sessions, lazy = false, guard = {}, forgotten }: GuardedApp): Type {
  class Root {}
  Module({
    imports: [SessionModule.forRoot({ sessions, lazy, guard, skip: () => forgotten ?? false })],
    providers: [
      { provide: SESSIONS, useValue: sessions },
      { provide: APP_GUARD, useClass: SessionGuard },
    ],
    exports: [SESSIONS],
    controllers: [AppController],
  })(Root);
  return Root;
}

function harness(name: string, adapter: () => AbstractHttpAdapter): GuardHarness {
  return {
    name,
    onRefused: false,
    async start(app) {
      const nest = await NestFactory.create(rootOf(app), adapter(), {
        logger: false,
        forceCloseConnections: true,
      });
      const { cacheControl } = app;
      if (cacheControl) {
        nest.use((_request: object, response: ServerResponse, next: () => void) => {
          response.setHeader("cache-control", cacheControl);
          next();
        });
      }
      await nest.listen(0, "127.0.0.1");
      return running(nest.getHttpServer() as Server, () => nest.close());
    },
  };
}

export const nestOnExpress = harness("Nest on Express", () => new ExpressAdapter());
export const nestOnFastify = harness(
  "Nest on Fastify",
  () => new FastifyAdapter({ forceCloseConnections: true }),
);
