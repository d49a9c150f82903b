import type { Sessions } from "@coatcheck/core";
import { answerWithReport, applyAnswer } from "@coatcheck/core/node";
import type { Context, Middleware } from "koa";
import { KoaFacts } from "./facts.ts";

/**
 * Tells the page what it may know of its session, as JSON: `router.get("/session", sessionEndpoint(sessions))`. To ask is no activity: nothing is written, and no cookie is
 * set. 503 while the store is down. Before `koaSession` it reads the store once, after it not even that.
 */
export function sessionEndpoint<Data extends object>(sessions: Sessions<Data>): Middleware {
  return async function tellSession(ctx: Context) {
    const facts = new KoaFacts(ctx);
    const { status, headers, body } = await answerWithReport(sessions, ctx.req, facts);
    applyAnswer(ctx.res, headers);
    ctx.status = status;
    ctx.body = body;
  };
}
