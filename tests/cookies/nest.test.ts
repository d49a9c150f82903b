import "reflect-metadata";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createCookies, defineCookie, type JarOf } from "@coatcheck/core/cookies";
import { CookieModule, Jar } from "@coatcheck/nest";
import { Visitor } from "@coatcheck/testkit";
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Module,
  type Type,
  UseGuards,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { afterEach, describe, expect, test } from "vitest";

const theme = defineCookie("theme");
const role = defineCookie("role");
const cookies = createCookies([theme]);
const admin = createCookies([role]);

class SeenByGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<object>();
    return cookies.of(request).get(theme) !== "banned";
  }
}

@Controller()
class AppController {
  @UseGuards(SeenByGuard)
  @Get()
  home(@Jar(cookies) jar: JarOf<typeof cookies>, @Jar(admin) other: JarOf<typeof admin>) {
    const seen = [jar.get(theme) ?? null, other.get(role) ?? null];
    jar.set(theme, "dark");
    other.set(role, "root");
    return seen;
  }
}

@Controller()
class SmallController {
  @Get()
  home(@Jar() jar: JarOf<typeof cookies>) {
    return [jar.get(theme) ?? null];
  }
}

const MANAGER = Symbol("manager");

@Module({ providers: [{ provide: MANAGER, useValue: cookies }], exports: [MANAGER] })
class ManagerModule {}

@Module({
  imports: [
    CookieModule.forRootAsync({
      imports: [ManagerModule],
      inject: [MANAGER],
      useFactory: async (it: typeof cookies) => ({ cookies: it }),
    }),
    CookieModule.forRoot({ cookies: admin }),
  ],
  controllers: [AppController],
})
class AppModule {}

@Module({
  imports: [CookieModule.forRoot({ cookies })],
  controllers: [SmallController],
})
class SmallModule {}

@Module({
  imports: [CookieModule.forRoot({ cookies }), CookieModule.forRoot({ cookies: admin })],
  controllers: [SmallController],
})
class AmbiguousModule {}

@Module({ controllers: [SmallController] })
class ForgetfulModule {}

let app: INestApplication | undefined;
afterEach(() => app?.close());

describe.each([
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter({ forceCloseConnections: true })],
])("Nest on %s", (_, adapter) => {
  const start = async (root: Type): Promise<Visitor> => {
    app = await NestFactory.create(root, adapter(), { logger: false, forceCloseConnections: true });
    // Middleware comes before guards and handlers.
    app.use((request: object, _response: unknown, next: () => void) => {
      if (root === AppModule) cookies.of(request).get(theme);
      next();
    });
    await app.listen(0, "127.0.0.1");
    return new Visitor(((app.getHttpServer() as Server).address() as AddressInfo).port);
  };

  test("@Jar() gives the cookies of the one module, @Jar(manager) those of several", async () => {
    const small = await start(SmallModule);
    small.jar.set("theme", "dark");
    expect((await small.get("/")).body).toBe('["dark"]');
    await app?.close();
    const visitor = await start(AppModule);
    expect((await visitor.get("/")).body).toBe("[null,null]");
    const answer = await visitor.get("/");
    expect([answer.body, answer.setCookies.length]).toEqual(['["dark","root"]', 2]);
  });

  test("guards read the same cookies", async () => {
    const visitor = await start(AppModule);
    visitor.jar.set("theme", "banned");
    expect((await visitor.get("/")).status).toBe(403);
  });

  test.each([
    ["without the module", ForgetfulModule],
    ["with several and none named", AmbiguousModule],
  ])("@Jar() is an error %s", async (_, root) => {
    const visitor = await start(root);
    expect((await visitor.get("/")).status).toBe(500);
  });
});

test("a request that no package knows is an error that says so", () => {
  expect(() => cookies.of({})).toThrow(/register the framework package/);
});
