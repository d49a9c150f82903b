import "reflect-metadata";
import type { IncomingMessage } from "node:http";
import { CookieModule, SessionModule } from "@coatcheck/nest";
import {
  All,
  Body,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Module,
  Req,
  Res,
  StreamableFile,
} from "@nestjs/common";
import type { Assets } from "../assets.ts";
import type { Form, ShopRequest } from "../shop/request.ts";
import type { Shop } from "../shop/shop.ts";
import type { ServerSetup } from "./server.ts";

const SHOP = Symbol("shop");
const ASSETS = Symbol("assets");

/** What Express's response and Fastify's reply have in common. */
interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

@Controller()
class ShopController {
  readonly #shop: Shop;
  readonly #assets: Assets;

  constructor(@Inject(SHOP) shop: Shop, @Inject(ASSETS) assets: Assets) {
    this.#shop = shop;
    this.#assets = assets;
  }

  @Get(["style.css", "page.js"])
  asset(@Req() request: ShopRequest, @Res({ passthrough: true }) reply: Reply): string {
    const { type = "", text = "" } = this.#assets.get(request.url ?? "") ?? {};
    reply.header("content-type", type);
    return text;
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
export function shopModule({ storages, shop, assets }: ServerSetup): DynamicModule {
  // Three managers, of which the visitor's choice leaves one, each with a property of its own.
  const sessionModules = storages.all.map((storage) => {
    const { kind, sessions } = storage;
    // A static file has no session: even with a cookie it costs no store call.
    const skip = (request: IncomingMessage) =>
      assets.has(request.url ?? "") || storages.chosenBy(request) !== storage;
    return SessionModule.forRoot({ sessions, property: `${kind}Session`, skip });
  });
  return {
    module: ShopModule,
    imports: [CookieModule.forRoot({ cookies: storages.cookies }), ...sessionModules],
    controllers: [ShopController],
    providers: [
      { provide: SHOP, useValue: shop },
      { provide: ASSETS, useValue: assets },
    ],
  };
}
