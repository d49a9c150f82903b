import { bindCookies, type CookieHolder } from "@coatcheck/core/node";
import type { Context, Middleware, Next } from "koa";
import { KoaFacts } from "./facts.ts";

/**
 * Gives every request its cookies: `cookies.of(ctx)`. Costs nothing until somebody asks, and goes before or after `koaSession`. Koa's own `ctx.cookies` stays
 * as it is.
 */
export function koaCookies(cookies: CookieHolder): Middleware {
  return function cookieJar(ctx: Context, next: Next) {
    const facts = new KoaFacts(ctx);
    bindCookies(cookies, ctx.req, ctx.res, facts);
    return next();
  };
}
