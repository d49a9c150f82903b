import "reflect-metadata";
import type { Session as SessionOf } from "@coatcheck/core";
import { SessionModule } from "@coatcheck/nest";
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
  Session,
  StreamableFile,
} from "@nestjs/common";
import type { ShopData } from "../shop/data.ts";
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
    @Session() session: SessionOf<ShopData>,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StreamableFile> {
    const answer = await this.#shop(request, form, session);
    reply.status(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    return new StreamableFile(answer.body);
  }
}

@Module({})
class ShopModule {}

/** The application, the same for Nest on Express and Nest on Fastify. */
export function shopModule({ sessions, shop, css }: ServerSetup): DynamicModule {
  return {
    module: ShopModule,
    // A static file has no session: even with a cookie it costs no store call.
    imports: [SessionModule.forRoot({ sessions, skip: (request) => request.url === "/style.css" })],
    controllers: [ShopController],
    providers: [
      { provide: SHOP, useValue: shop },
      { provide: CSS, useValue: css },
    ],
  };
}
