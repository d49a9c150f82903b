import type { IncomingMessage } from "node:http";
import type { Sessions } from "@coatcheck/core";
import type { GuardOptions } from "@coatcheck/core/guards";
import type { DynamicModule, InjectionToken, OptionalFactoryDependency } from "@nestjs/common";

export interface SessionModuleOptions {
  /** The manager. */
  sessions: Sessions<object>;
  /** Read nothing before `await sessions.load(request)`; `SessionGuard` loads by itself. Default `false`. */
  lazy?: boolean;
  /** Requests that have no session: static files, health checks. They cost nothing, not even with a cookie. Default: none. */
  skip?: (request: IncomingMessage) => boolean;
  /** Name of the property on the request; choose another for a second manager. Default `"session"`, where Nest's `@Session()` looks. */
  property?: string;
  /** How the guards answer who is kept out: where page loads are redirected to. Default: a 401 with problem details for all. */
  guard?: GuardOptions;
}

export interface SessionModuleAsyncOptions {
  imports?: NonNullable<DynamicModule["imports"]>;
  /** What the factory gets. */
  inject?: Array<InjectionToken | OptionalFactoryDependency>;
  // biome-ignore lint/suspicious/noExplicitAny: what is injected is known to the factory alone, as in all of Nest.
  useFactory: (...injected: any[]) => SessionModuleOptions | Promise<SessionModuleOptions>;
}

/** Injection token of a module's own options. */
export const SESSION_OPTIONS = Symbol("coatcheck.options");
