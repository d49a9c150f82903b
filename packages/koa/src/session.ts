import {
  attempt,
  chain,
  isPromise,
  type MaybePromise,
  type Session,
  type Sessions,
} from "@coatcheck/core";
import { openExchange, sessionProperty, watchBody } from "@coatcheck/core/node";
import type { Context, Middleware, Next } from "koa";
import { KoaFacts } from "./facts.ts";

declare module "koa" {
  interface ExtendableContext {
    /** This request's session, under `koaSession`. `sessions.of(ctx)` knows what it holds. */
    readonly session: Session;
  }
}

export interface KoaSessionOptions {
  /** Read nothing before `await sessions.load(ctx)`. Default `false`. */
  lazy?: boolean;
  /** Requests that have no session: static files, health checks. They cost nothing, not even with a cookie. Default: none. */
  skip?: (ctx: Context) => boolean;
  /** Name of the property on `ctx`; choose another for a second manager. Default `"session"`. */
  property?: string;
}

/**
 * Gives every request its session and saves it before the first byte of the response, whoever writes it: Koa, `ctx.respond = false`, or an
 * error. Behind a proxy that ends TLS, set `app.proxy`.
 */
export function koaSession<Data extends object>(
  sessions: Sessions<Data>,
  options: KoaSessionOptions = {},
): Middleware {
  const { lazy = false, skip, property = "session" } = options;
  const accessor = sessionProperty(sessions);
  return function session(ctx: Context, next: Next) {
    if (skip?.(ctx)) return next();
    const facts = new KoaFacts(ctx);
    const report = (error: unknown) => ctx.app.emit("error", error, ctx);
    const exchange = openExchange(sessions, ctx.req, ctx.res, { lazy, facts, report });
    Object.defineProperty(ctx, property, accessor);
    const opened = exchange.isLazy ? undefined : exchange.load();
    return isPromise(opened) ? opened.then(handle) : handle();

    function handle(): MaybePromise<void> {
      if (exchange.answer === undefined) return next().then(commit);
      ctx.body = null;
      ctx.status = exchange.answer;
      return commit();
    }

    /** While Koa can still turn a failure into its own error response. One that was taken over from Koa is the gate's alone. */
    function commit(): MaybePromise<void> {
      if (ctx.respond === false) return undefined;
      // Koa listens to a body's errors only once it sends it: until then a missing file would bring the process down.
      const failureOf = watchBody(ctx.body);
      const saved = attempt<void>(() => exchange.commit(), withoutBody);
      return chain<void, void>(saved, () => {
        const failure = failureOf();
        if (failure) withoutBody(failure);
      });
    }

    function withoutBody(error: unknown): never {
      ctx.body = null;
      throw error;
    }
  };
}
