import { koaSession } from "@coatcheck/koa";
import Koa from "koa";
import { formOf } from "./koa-form.ts";
import { listening, type StartServer } from "./server.ts";

export const startKoa: StartServer = async ({ sessions, shop, css, port, host }) => {
  const app = new Koa();

  // A static file has no session: even with a cookie it costs no store call.
  app.use(koaSession(sessions, { skip: (ctx) => ctx.path === "/style.css" }));

  app.use((ctx, next) => {
    if (ctx.path !== "/style.css") return next();
    ctx.type = "text/css; charset=utf-8";
    ctx.body = css;
  });

  app.use(async (ctx) => {
    const answer = await shop(ctx, await formOf(ctx), sessions.of(ctx));
    ctx.status = answer.status;
    ctx.set(answer.headers);
    ctx.body = answer.body;
  });

  return listening(app.listen(port, host));
};
