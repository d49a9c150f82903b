import { type DynamicModule, Inject, Module } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import { type ExpressApp, installOnExpress } from "./express.ts";
import { type FastifyAdapter, installOnFastify } from "./fastify.ts";
import { answerWith } from "./guard/admit.ts";
import {
  SESSION_OPTIONS,
  type SessionModuleAsyncOptions,
  type SessionModuleOptions,
} from "./options.ts";

/**
 * Sessions for a Nest application on Express or on Fastify, with one and the same behaviour. Import it once in the root module, and once more for each
 * further manager.
 */
@Module({})
export class SessionModule {
  constructor(
    @Inject(SESSION_OPTIONS) options: SessionModuleOptions,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    answerWith(options.sessions, options.guard ?? {});
    // As soon as there is an adapter, so that middleware, guards and interceptors find the session on both
    // platforms (nestjs/nest#9927).
    host.init$.subscribe(() => {
      const { httpAdapter } = host;
      if (httpAdapter.getType() === "fastify")
        installOnFastify(httpAdapter as unknown as FastifyAdapter, options);
      else installOnExpress(httpAdapter.getInstance<ExpressApp>(), options);
    });
  }

  static forRoot(options: SessionModuleOptions): DynamicModule {
    return {
      module: SessionModule,
      global: true,
      providers: [{ provide: SESSION_OPTIONS, useValue: options }],
      exports: [SESSION_OPTIONS],
    };
  }

  static forRootAsync(options: SessionModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    return {
      module: SessionModule,
      global: true,
      imports,
      providers: [{ provide: SESSION_OPTIONS, inject, useFactory }],
      exports: [SESSION_OPTIONS],
    };
  }
}
