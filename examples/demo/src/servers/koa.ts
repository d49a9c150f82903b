import { koaCookies, koaSession, sessionEndpoint } from "@coatcheck/koa";
import Koa, { type Context } from "koa";
import { KEPT_FOR_GOOD } from "../assets.ts";
import { formOf } from "./koa-form.ts";
import { hasLeft, listening, type StartServer } from "./server.ts";

export const startKoa: StartServer = async ({ storages, shop, assets, port, host }) => {
  const app = new Koa();
  app.on("error", (error) => {
    if (!hasLeft(error)) app.onerror(error);
  });

  // A static file has no session: even with a cookie it costs no store call.
  app.use((ctx, next) => {
    const asset = assets.get(ctx.path);
    if (!asset) return next();
    ctx.type = asset.type;
    ctx.set("cache-control", KEPT_FOR_GOOD);
    ctx.body = asset.text;
  });

  app.use(koaCookies(storages.cookies));

  // What the page may know of its session. Before the session middleware, so that to ask is no visit.
  const endpoints = new Map(storages.all.map((it) => [it, sessionEndpoint(it.sessions)]));
  app.use((ctx, next) =>
    ctx.path === "/session" ? endpoints.get(storages.chosenBy(ctx))?.(ctx, next) : next(),
  );

  // Three managers, of which the visitor's choice leaves one.
  for (const storage of storages.all) {
    const skip = (ctx: Context) => storages.chosenBy(ctx) !== storage;
    app.use(koaSession(storage.sessions, { skip }));
  }

  app.use(async (ctx) => {
    const answer = await shop(ctx, await formOf(ctx));
    ctx.status = answer.status;
    ctx.set(answer.headers);
    ctx.body = answer.body;
  });

  return listening(app.listen(port, host));
};
