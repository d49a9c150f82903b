import "reflect-metadata";
import type { AddressInfo } from "node:net";
import { createSessions, SessionConfigError, type Sessions } from "@coatcheck/core";
import {
  Elevated,
  FreshLogin,
  Public,
  SessionGuard,
  SessionModule,
  SessionRefusedException,
  sessionGuard,
  UserId,
} from "@coatcheck/nest";
import { Visitor } from "@coatcheck/testkit";
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  Get,
  Module,
  Param,
  Post,
  Req,
  type Type,
  UseGuards,
} from "@nestjs/common";
import { type AbstractHttpAdapter, APP_FILTER, APP_GUARD, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { afterEach, describe, expect, test } from "vitest";

const MINUTE = 60_000;
let now = 2_000_000_000_000;
const clock = () => now;
const shop = createSessions({ clock });
const admin = createSessions({ clock, cookie: { name: "__Host-admin" } });

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

@Public()
@Controller()
class Entrance {
  @Post("login/:where")
  login(@Req() request: object, @Param("where") where: string) {
    (where === "admin" ? admin : shop).of(request).login(where);
  }
  @Post("step-up/shop")
  stepUp(@Req() request: object) {
    shop.of(request).elevate("1h");
  }
}

interface Setup {
  readonly imports?: DynamicModule[];
  readonly controllers: Type[];
  readonly isGlobal?: boolean;
  readonly filter?: Type<ExceptionFilter>;
}

const bothManagers = [
  SessionModule.forRoot({ sessions: shop, guard: { loginUrl: "/login" } }),
  SessionModule.forRoot({
    sessions: admin,
    property: "adminSession",
    guard: { loginUrl: "/admin/login" },
  }),
];

const platforms: [string, () => AbstractHttpAdapter][] = [
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter({ forceCloseConnections: true })],
];

describe.each(platforms)("Nest on %s", (_, adapter) => {
  async function serve({
    imports = [SessionModule.forRoot({ sessions: shop })],
    controllers,
    isGlobal = false,
    filter,
  }: Setup): Promise<Visitor> {
    class Root {}
    Module({
      imports,
      controllers: [Entrance, ...controllers],
      providers: [
        ...(isGlobal ? [{ provide: APP_GUARD, useClass: SessionGuard }] : []),
        ...(filter ? [{ provide: APP_FILTER, useClass: filter }] : []),
      ],
    })(Root);
    const app = await NestFactory.create(Root, adapter(), {
      logger: false,
      forceCloseConnections: true,
    });
    await app.listen(0, "127.0.0.1");
    cleanups.push(() => app.close());
    return new Visitor((app.getHttpServer().address() as AddressInfo).port);
  }

  const statusesOf = async (visitor: Visitor, ...paths: string[]): Promise<number[]> => {
    const answers = await Promise.all(paths.map(async (path) => visitor.get(path)));
    return answers.map(({ status }) => status);
  };

  test("ASVS 7.5.1: @FreshLogin holds without a global guard, and for all of a class", async () => {
    @Controller()
    class Mixed {
      @Get("open")
      open() {}
      @FreshLogin("10m")
      @Get("fresh")
      fresh() {}
    }
    @FreshLogin("10m")
    @Controller("class")
    class Fresh {
      @Get()
      all() {}
      @FreshLogin("1h")
      @Get("hour")
      hour() {}
      @Public()
      @Get("public")
      open() {}
      @Public()
      @FreshLogin("10m")
      @Get("both")
      both() {}
    }
    const visitor = await serve({ controllers: [Mixed, Fresh] });
    const paths = ["/open", "/fresh", "/class", "/class/hour", "/class/public", "/class/both"];
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 401, 401, 401, 200, 401]);
    await visitor.post("/login/shop");
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 200, 200, 200, 200, 200]);
    now += 11 * MINUTE;
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 401, 401, 200, 200, 401]);
  });

  test("what is public is so by its class or its method, and the method's word counts", async () => {
    @Public()
    @Controller("public")
    class Open {
      @Get()
      all() {}
      @FreshLogin("10m")
      @Get("fresh")
      fresh() {}
    }
    @Controller("closed")
    class Closed {
      @Get()
      all() {}
      @Public()
      @Get("public")
      open() {}
    }
    const visitor = await serve({ controllers: [Open, Closed], isGlobal: true });
    const paths = ["/public", "/public/fresh", "/closed", "/closed/public"];
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 401, 401, 200]);
  });

  test("what a method asks for comes on top of what its class asks for, unless it is public", async () => {
    @Elevated()
    @Controller("vault")
    class Vault {
      @FreshLogin("10m")
      @Get("both")
      both() {}
      @Elevated()
      @Get("same")
      same() {}
      @Public()
      @Get("public")
      open() {}
    }
    @FreshLogin("10m")
    @Controller("recent")
    class Recent {
      @Elevated()
      @Get("both")
      both() {}
    }
    @Elevated()
    class Base {}
    @FreshLogin("10m")
    @Controller("child")
    class Child extends Base {
      @Get()
      all() {}
    }
    const visitor = await serve({ controllers: [Vault, Recent, Child] });
    const paths = ["/vault/both", "/vault/same", "/recent/both", "/child", "/vault/public"];
    expect(await statusesOf(visitor, ...paths)).toEqual([401, 401, 401, 401, 200]);
    await visitor.post("/login/shop");
    expect(await statusesOf(visitor, ...paths)).toEqual([401, 401, 401, 401, 200]);
    await visitor.post("/step-up/shop");
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 200, 200, 200, 200]);
    now += 11 * MINUTE;
    expect(await statusesOf(visitor, ...paths)).toEqual([401, 200, 401, 401, 200]);
  });

  test("a class inherits what its parent says, and may say otherwise", async () => {
    @FreshLogin("10m")
    class Base {}
    @Controller("inherits")
    class Inherits extends Base {
      @Get()
      all() {}
    }
    @Public(admin)
    @Controller("other")
    class SaysOtherThings extends Base {
      @Get()
      all() {}
    }
    const visitor = await serve({ controllers: [Inherits, SaysOtherThings], isGlobal: true });
    await visitor.post("/login/shop");
    now += 11 * MINUTE;
    expect(await statusesOf(visitor, "/inherits", "/other")).toEqual([401, 401]);
  });

  test("what is public for one manager is not for another", async () => {
    @Public()
    @UseGuards(sessionGuard(admin))
    @Controller("admin")
    class BackOffice {
      @Get()
      all(@UserId(admin) user: string) {
        return user;
      }
      @Public(admin)
      @Get("public")
      open() {}
      @FreshLogin("10m", admin)
      @Get("fresh")
      fresh() {}
    }
    const setup = { imports: bothManagers, controllers: [BackOffice], isGlobal: true };
    const visitor = await serve(setup);
    const paths = ["/admin", "/admin/public", "/admin/fresh"];
    expect(await statusesOf(visitor, ...paths)).toEqual([401, 200, 401]);
    await visitor.post("/login/shop");
    expect(await statusesOf(visitor, ...paths)).toEqual([401, 200, 401]);
    await visitor.post("/login/admin");
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 200, 200]);
    expect((await visitor.get("/admin")).body).toBe("admin");
    now += 11 * MINUTE;
    expect(await statusesOf(visitor, ...paths)).toEqual([200, 200, 401]);
  });

  test("each manager's guard answers as its module says", async () => {
    @Controller()
    class Pages {
      @UseGuards(SessionGuard)
      @Get("shop")
      shop() {}
      @UseGuards(sessionGuard(admin))
      @Get("admin")
      admin() {}
    }
    const visitor = await serve({ imports: bothManagers, controllers: [Pages] });
    const headers = { "sec-fetch-mode": "navigate" };
    const locations = await Promise.all(
      ["/shop", "/admin"].map(async (path) => (await visitor.get(path, { headers })).headers),
    );
    expect(locations.map(({ location }) => location)).toEqual([
      "/login?returnTo=%2Fshop",
      "/admin/login?returnTo=%2Fadmin",
    ]);
  });

  test("@UserId() says so if it cannot know which manager is meant", async () => {
    @Controller()
    class Ambiguous {
      @Get("which")
      which(@UserId() user: string) {
        return user;
      }
      @Get("shop")
      shop(@UserId(shop) user: string | undefined) {
        return { user };
      }
    }
    const visitor = await serve({ imports: bothManagers, controllers: [Ambiguous] });
    expect(await statusesOf(visitor, "/which", "/shop")).toEqual([500, 200]);
  });

  test("@UserId() loads a lazy session", async () => {
    @Controller()
    class Lazy {
      @Get("who")
      who(@UserId() user: string | undefined) {
        return { user: user ?? null };
      }
    }
    const imports = [SessionModule.forRoot({ sessions: shop, lazy: true })];
    const visitor = await serve({ imports, controllers: [Lazy] });
    expect((await visitor.get("/who")).body).toBe('{"user":null}');
  });

  test("an exception filter answers in another way", async () => {
    @Catch(SessionRefusedException)
    class Teapot implements ExceptionFilter<SessionRefusedException> {
      catch({ refused }: SessionRefusedException, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse();
        response.status(418).send(refused.code);
      }
    }
    @Controller()
    class Closed {
      @Get("closed")
      closed() {}
    }
    const visitor = await serve({ controllers: [Closed], isGlobal: true, filter: Teapot });
    const { status, body } = await visitor.get("/closed");
    expect([status, body]).toEqual([418, "unauthenticated"]);
  });
});

describe("what is wrong shows before the first request", () => {
  test.each([[600], ["ten minutes"], [""], [undefined]])("@FreshLogin(%j)", (within) => {
    expect(() => FreshLogin(within as never)).toThrow(SessionConfigError);
    expect(() => FreshLogin(within as never)).toThrow("@FreshLogin(within)");
  });

  test("guard.loginUrl of a module", async () => {
    class Root {}
    const guard = { loginUrl: "javascript:alert(1)" };
    Module({ imports: [SessionModule.forRoot({ sessions: shop as Sessions, guard })] })(Root);
    const created = NestFactory.create(Root, new ExpressAdapter(), {
      logger: false,
      abortOnError: false,
    });
    await expect(created).rejects.toThrow(SessionConfigError);
  });
});
