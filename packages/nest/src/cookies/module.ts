import { type DynamicModule, Inject, Module } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import type { ExpressApp } from "../express.ts";
import type { FastifyAdapter } from "../fastify.ts";
import { installOnExpress, installOnFastify } from "./install.ts";
import {
  COOKIE_OPTIONS,
  type CookieModuleAsyncOptions,
  type CookieModuleOptions,
} from "./options.ts";

/**
 * Cookies that are no sessions for a Nest application, on Express or on Fastify: `@Jar()`, or `cookies.of(request)`. Import it once in the root module, and
 * once more for each further manager.
 */
@Module({})
export class CookieModule {
  constructor(
    @Inject(COOKIE_OPTIONS) { cookies }: CookieModuleOptions,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    // As soon as there is an adapter, so that middleware finds them too.
    host.init$.subscribe(() => {
      const { httpAdapter } = host;
      if (httpAdapter.getType() === "fastify")
        installOnFastify(httpAdapter as unknown as FastifyAdapter, cookies);
      else installOnExpress(httpAdapter.getInstance<ExpressApp>(), cookies);
    });
  }

  static forRoot(options: CookieModuleOptions): DynamicModule {
    return {
      module: CookieModule,
      global: true,
      providers: [{ provide: COOKIE_OPTIONS, useValue: options }],
      exports: [COOKIE_OPTIONS],
    };
  }

  static forRootAsync(options: CookieModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    return {
      module: CookieModule,
      global: true,
      imports,
      providers: [{ provide: COOKIE_OPTIONS, inject, useFactory }],
      exports: [COOKIE_OPTIONS],
    };
  }
}
