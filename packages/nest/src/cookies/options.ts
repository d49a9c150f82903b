import type { CookieHolder } from "@coatcheck/core/node";
import type { SessionModuleAsyncOptions } from "../options.ts";

export interface CookieModuleOptions {
  /** The manager, from `createCookies`. */
  cookies: CookieHolder;
}

export interface CookieModuleAsyncOptions extends Omit<SessionModuleAsyncOptions, "useFactory"> {
  // biome-ignore lint/suspicious/noExplicitAny: what is injected is known to the factory alone, as in all of Nest.
  useFactory: (...injected: any[]) => CookieModuleOptions | Promise<CookieModuleOptions>;
}

/** Injection token of a module's own options. */
export const COOKIE_OPTIONS = Symbol("coatcheck.cookies");
