import "reflect-metadata";
import type { IncomingMessage } from "node:http";
import { CookieModule, SessionModule } from "@coatcheck/nest";
import {
  All,
  Body,
  Controller,
  type DynamicModule,
  Get,
  Header,
  Inject,
  Module,
  Req,
  Res,
  StreamableFile,
} from "@nestjs/common";
import type { Form, ShopRequest } from "../shop/request.ts";
import type { Shop } from "../shop/shop.ts";
import type { ServerSetup } from "./server.ts";

const SHOP = Symbol("shop");
const CSS = Symbol("css");

/** What Express's response and Fastify's reply have in common. */
interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

@Controller()
class ShopController {
  readonly #shop: Shop;
  readonly #css: string;

  constructor(@Inject(SHOP) shop: Shop, @Inject(CSS) css: string) {
    this.#shop = shop;
    this.#css = css;
  }

  @Get("style.css")
  @Header("content-type", "text/css; charset=utf-8")
  style(): string {
    return this.#css;
  }

  @All("*")
  async answer(
    @Req() request: ShopRequest,
    @Body() form: Form,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StreamableFile> {
    const answer = await this.#shop(request, form);
    reply.status(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    return new StreamableFile(answer.body);
  }
}

@Module({})
class ShopModule {}

/** The application, the same for Nest on Express and Nest on Fastify. */
export function shopModule({ storages, shop, css }: ServerSetup): DynamicModule {
  // Three managers, of which the visitor's choice leaves one, each with a property of its own.
  const sessionModules = storages.all.map((storage) => {
    const { kind, sessions } = storage;
    // A static file has no session: even with a cookie it costs no store call.
    const skip = (request: IncomingMessage) =>
      request.url === "/style.css" || storages.chosenBy(request) !== storage;
    return SessionModule.forRoot({ sessions, property: `${kind}Session`, skip });
  });
  return {
    module: ShopModule,
    imports: [CookieModule.forRoot({ cookies: storages.cookies }), ...sessionModules],
    controllers: [ShopController],
    providers: [
      { provide: SHOP, useValue: shop },
      { provide: CSS, useValue: css },
    ],
  };
}
