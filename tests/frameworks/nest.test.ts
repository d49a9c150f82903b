import "reflect-metadata";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions, memoryStore, type SessionOf } from "@coatcheck/core";
import { fastifySession } from "@coatcheck/fastify";
import { SessionGuard, SessionModule, sessionGuard, UserId } from "@coatcheck/nest";
import { type Fault, faultStore, Visitor } from "@coatcheck/testkit";
import {
  Controller,
  Get,
  type INestApplication,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  Session,
  type Type,
  UseGuards,
} from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { Test } from "@nestjs/testing";
import { afterEach, describe, expect, test } from "vitest";

interface Data {
  visits?: number;
}

const faults = faultStore(memoryStore(), []);
const sessions = createSessions<Data>({ storage: faults });
const admins = createSessions<Data>({ cookie: { name: "__Host-admin" } });

@Controller()
class ShopController {
  @Get("login")
  login(@Session() session: SessionOf<typeof sessions>): string {
    session.login("ann");
    return session.id;
  }

  @Get("visit")
  visit(@Session() session: SessionOf<typeof sessions>): number | undefined {
    session.update("visits", (visits = 0) => visits + 1);
    return session.get("visits");
  }

  @Get("me")
  @UseGuards(SessionGuard)
  me(@Session() session: SessionOf<typeof sessions>): { user: string | undefined } {
    return { user: session.userId };
  }

  @Get("admin")
  @UseGuards(sessionGuard(admins))
  admin(): string {
    return "admin";
  }
}

/** What Nest's middleware finds on its request: on Fastify that is Node's own. */
const seenByMiddleware: Array<string | undefined> = [];

@Injectable()
class LookingMiddleware implements NestMiddleware {
  use(request: { session: SessionOf<typeof sessions> }, _: unknown, next: () => void): void {
    seenByMiddleware.push(request.session.userId);
    next();
  }
}

class Root implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(LookingMiddleware).forRoutes("{*path}");
  }
}

const further = SessionModule.forRoot({ sessions: admins, property: "adminSession" });

function rootWith(...imports: NonNullable<Parameters<typeof Module>[0]["imports"]>): Type {
  class App extends Root {}
  Module({ imports, controllers: [ShopController] })(App);
  return App;
}

const SETTINGS = Symbol("settings");

@Module({
  providers: [{ provide: SETTINGS, useFactory: async () => ({ lazy: false }) }],
  exports: [SETTINGS],
})
class SettingsModule {}

const roots = {
  forRoot: () => rootWith(SessionModule.forRoot({ sessions }), further),
  forRootAsync: () =>
    rootWith(
      SessionModule.forRootAsync({
        imports: [SettingsModule],
        inject: [SETTINGS],
        useFactory: async ({ lazy }: { lazy: boolean }) => ({ sessions, lazy }),
      }),
      further,
    ),
};

const adapters: Record<string, () => AbstractHttpAdapter> = {
  Express: () => new ExpressAdapter(),
  Fastify: () => new FastifyAdapter(),
};

let app: INestApplication | undefined;
afterEach(async () => {
  faults.plan();
  await app?.close();
  app = undefined;
});

async function listen(nest: INestApplication): Promise<Visitor> {
  app = nest;
  await nest.listen(0, "127.0.0.1");
  return new Visitor(((nest.getHttpServer() as Server).address() as AddressInfo).port);
}

const quiet = { logger: false, abortOnError: false, forceCloseConnections: true } as const;

for (const [platform, adapter] of Object.entries(adapters)) {
  for (const way of ["forRoot", "forRootAsync"] as const) {
    describe(`Nest on ${platform}, ${way}`, () => {
      const open = async (): Promise<Visitor> =>
        listen(await NestFactory.create(roots[way](), adapter(), quiet));

      test("@Session() is the session, and what is done to it is saved", async () => {
        const visitor = await open();
        await visitor.get("/visit");
        expect((await visitor.get("/visit")).body).toBe("2");
      });

      test("SessionGuard answers 401 to nobody and lets a user through", async () => {
        const visitor = await open();
        expect((await visitor.get("/me")).status).toBe(401);
        await visitor.get("/login");
        const answer = await visitor.get("/me");
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body)).toEqual({ user: "ann" });
      });

      test("a guard for a further manager asks that manager", async () => {
        const visitor = await open();
        await visitor.get("/login");
        expect((await visitor.get("/admin")).status).toBe(401);
        visitor.jar.set("__Host-admin", await admins.issue("root"));
        expect((await visitor.get("/admin")).body).toBe("admin");
      });

      test("middleware sees the session", async () => {
        const visitor = await open();
        await visitor.get("/login");
        seenByMiddleware.length = 0;
        await visitor.get("/visit");
        expect(seenByMiddleware).toEqual(["ann"]);
      });

      test("G10: exception filters get a failed load and a failed save, and answer 503", async () => {
        const visitor = await open();
        await visitor.get("/visit");
        const plans: Fault[] = [
          { kind: "fail", method: "read" },
          { kind: "fail", method: "update" },
        ];
        for (const fault of plans) {
          faults.plan([fault]);
          const answer = await visitor.get("/visit");
          expect(answer.status).toBe(503);
          expect(answer.setCookies).toEqual([]);
          expect(JSON.parse(answer.body)).toMatchObject({ statusCode: 503 });
        }
      });
    });
  }

  test(`Nest on ${platform}, lazy: the guard loads by itself`, async () => {
    class Lazy {}
    Module({
      imports: [SessionModule.forRoot({ sessions, lazy: true }), further],
      controllers: [ShopController],
    })(Lazy);
    const visitor = await listen(await NestFactory.create(Lazy, adapter(), quiet));
    visitor.token = await sessions.issue("ann");
    expect(JSON.parse((await visitor.get("/me")).body)).toEqual({ user: "ann" });
  });

  test(`Test.createTestingModule on ${platform} serves sessions`, async () => {
    const module = await Test.createTestingModule({ imports: [roots.forRoot()] }).compile();
    const visitor = await listen(module.createNestApplication(adapter(), quiet));
    await visitor.get("/login");
    expect(JSON.parse((await visitor.get("/me")).body)).toEqual({ user: "ann" });
  });
}

test("Nest on Fastify finds its manager, too, where a plugin of Fastify's has opened the session", async () => {
  @Controller()
  class UserController {
    @Get("id")
    id(@UserId() id: string): string {
      return id;
    }
  }
  @Module({
    imports: [SessionModule.forRoot({ sessions })],
    controllers: [ShopController, UserController],
  })
  class Late {}
  const fastify = new FastifyAdapter();
  // As before Nest 12.
  Object.assign(fastify, { setOnRequestHook: undefined });
  await fastify.getInstance().register(fastifySession, { sessions, property: "ours" });
  const visitor = await listen(await NestFactory.create(Late, fastify, quiet));
  await visitor.get("/login");
  expect((await visitor.get("/id")).body).toBe("ann");
});
