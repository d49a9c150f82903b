import "reflect-metadata";
import type { Server } from "node:http";
import { CookieModule, SessionModule } from "@coatcheck/nest";
import { type FrameworkHarness, isOptedOut, type TestApp } from "@coatcheck/testkit";
import {
  type ArgumentsHost,
  Catch,
  type DynamicModule,
  type INestApplication,
  type LoggerService,
  Module,
  type Type,
} from "@nestjs/common";
import { type AbstractHttpAdapter, BaseExceptionFilter, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { type CookieApp, cookiesAt } from "./cookies.ts";
import { EVERYTHING } from "./features.ts";
import { MAX_HEADER_SIZE, running } from "./listen.ts";
import { controllerFor } from "./nest-controller.ts";

/** Nest does not let its Express server admit larger headers. */
const ON_EXPRESS = EVERYTHING.filter((feature) => feature !== "largeHeaders");

export const nestOnExpress: FrameworkHarness = {
  name: "Nest on Express",
  features: new Set(ON_EXPRESS),
  start: (app) => start(app, new ExpressAdapter()),
};

export const nestOnFastify: FrameworkHarness = {
  name: "Nest on Fastify",
  features: new Set(EVERYTHING),
  start: (app) =>
    start(
      app,
      new FastifyAdapter({ forceCloseConnections: true, http: { maxHeaderSize: MAX_HEADER_SIZE } }),
    ),
};

async function start(
  app: TestApp,
  adapter: AbstractHttpAdapter,
): ReturnType<FrameworkHarness["start"]> {
  const nest = await NestFactory.create(rootOf(app), adapter, {
    logger: loggerOf(app),
    forceCloseConnections: true,
  });
  nest.useGlobalFilters(filterOf(app, nest));
  await nest.listen(0, "127.0.0.1");
  return running(nest.getHttpServer() as Server, () => nest.close());
}

function rootOf(app: TestApp): Type {
  class Root {}
  Module({
    imports: [
      ...cookieModules(app, "before sessions"),
      ...app.managers.map(({ sessions, lazy, property }) =>
        SessionModule.forRoot({
          sessions,
          lazy,
          property,
          skip: ({ url }) => isOptedOut(app, url),
        }),
      ),
      ...cookieModules(app, "after sessions"),
    ],
    controllers: [controllerFor(app)],
  })(Root);
  return Root;
}

function cookieModules(app: TestApp, place: CookieApp["order"]): DynamicModule[] {
  return cookiesAt(app, place).map((cookies) => CookieModule.forRoot({ cookies }));
}

/** Nest's own error handling, overheard. */
function filterOf(app: TestApp, nest: INestApplication): BaseExceptionFilter {
  @Catch()
  class OverheardFilter extends BaseExceptionFilter {
    override catch(error: unknown, host: ArgumentsHost): void {
      app.onError(error);
      super.catch(error, host);
    }
  }
  return new OverheardFilter(nest.getHttpAdapter());
}

function loggerOf(app: TestApp): LoggerService {
  const overhear = (...words: unknown[]): void => app.onError(words);
  return { log: () => {}, warn: overhear, error: overhear };
}
