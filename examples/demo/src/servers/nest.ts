import "reflect-metadata";
import type { IncomingMessage } from "node:http";
import { answerWithReport } from "@coatcheck/core/node";
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
import { type Assets, KEPT_FOR_GOOD, SCRIPT, STYLE } from "../assets.ts";
import type { Form, ShopRequest } from "../shop/request.ts";
import type { Shop } from "../shop/shop.ts";
import type { Storages } from "../storage/storages.ts";
import type { ServerSetup } from "./server.ts";

const SHOP = Symbol("shop");
const ASSETS = Symbol("assets");
const STORAGES = Symbol("storages");
const ENDPOINT = "/session";

/** What Express's response and Fastify's reply have in common. */
interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

@Controller()
class ShopController {
  readonly #shop: Shop;
  readonly #assets: Assets;
  readonly #storages: Storages;

  constructor(
    @Inject(SHOP) shop: Shop,
    @Inject(ASSETS) assets: Assets,
    @Inject(STORAGES) storages: Storages,
  ) {
    this.#shop = shop;
    this.#assets = assets;
    this.#storages = storages;
  }

  @Get([STYLE, SCRIPT])
  asset(@Req() request: ShopRequest, @Res({ passthrough: true }) reply: Reply): string {
    const { type = "", text = "" } = this.#assets.get(pathOf(request)) ?? {};
    reply.header("content-type", type);
    reply.header("cache-control", KEPT_FOR_GOOD);
    return text;
  }

  /** What the page may know of its session. With one manager that is `controllers: [sessionEndpoint(sessions)]`. */
  @Get(ENDPOINT)
  async session(
    @Req() request: IncomingMessage & { readonly raw?: IncomingMessage },
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const { sessions } = this.#storages.chosenBy(request);
    const { status, headers, body } = await answerWithReport(sessions, request.raw ?? request);
    reply.status(status);
    for (const [name, value] of headers) reply.header(name, value);
    return body;
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

function pathOf({ url = "" }: ShopRequest): string {
  return url.split("?", 1)[0] ?? "";
}

@Module({})
class ShopModule {}

/** The application, the same for Nest on Express and Nest on Fastify. */
export function shopModule({ storages, shop, assets }: ServerSetup): DynamicModule {
  // Three managers, of which the visitor's choice leaves one, each with a property of its own.
  const sessionModules = storages.all.map((storage) => {
    const { kind, sessions } = storage;
    // A static file has no session: even with a cookie it costs no store call. And to ask for the session is no visit.
    const skip = (request: IncomingMessage) =>
      assets.has(pathOf(request)) ||
      pathOf(request) === ENDPOINT ||
      storages.chosenBy(request) !== storage;
    return SessionModule.forRoot({ sessions, property: `${kind}Session`, skip });
  });
  return {
    module: ShopModule,
    imports: [CookieModule.forRoot({ cookies: storages.cookies }), ...sessionModules],
    controllers: [ShopController],
    providers: [
      { provide: SHOP, useValue: shop },
      { provide: ASSETS, useValue: assets },
      { provide: STORAGES, useValue: storages },
    ],
  };
}
