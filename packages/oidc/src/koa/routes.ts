import { applyAnswer } from "@coatcheck/core/node";
import type { Context, Middleware, Next } from "koa";
import { formOf } from "../http/form.ts";
import type { Oidc } from "../oidc.ts";

/** The routes of a provider: `app.use(oidcRoutes(oidc))`, before `koaSession` or after it, and before or after a body parser. */
export function oidcRoutes(oidc: Pick<Oidc<never>, "handle">): Middleware {
  return async function answerOidc(ctx: Context, next: Next) {
    const { req, method, originalUrl: url } = ctx;
    const facts = { secure: () => ctx.secure, host: () => ctx.host, address: () => ctx.ip };
    const form = () => formOf(req, (ctx.request as { readonly body?: unknown }).body);
    const answer = await oidc.handle({ method, url, request: req, facts, form });
    if (!answer) return next();
    applyAnswer(ctx.res, answer.headers);
    ctx.status = answer.status;
    ctx.body = answer.body;
  };
}
