import { createServer } from "node:http";
import { koaSession, requireElevated, requireFreshLogin, requireUser } from "@coatcheck/koa";
import Koa, { type Middleware } from "koa";
import { listen } from "../../frameworks/harness/listen.ts";
import { act, type GuardHarness, isOpen, WITHIN, whoIs } from "./app.ts";

export const koaApp: GuardHarness = {
  name: "Koa",
  onRefused: true,
  start({ sessions, lazy, guard, forgotten, cacheControl }) {
    const app = new Koa();
    app.silent = true;
    app.use((ctx, next) => {
      if (cacheControl) ctx.set("cache-control", cacheControl);
      return next();
    });
    if (!forgotten) app.use(koaSession(sessions, { lazy: lazy ?? false }));
    const guards: Readonly<Record<string, Middleware>> = {
      "/me": requireUser(sessions, guard),
      "/fresh": requireFreshLogin(sessions, WITHIN, guard),
      "/elevated": requireElevated(sessions, guard),
      "/custom": requireUser(sessions, {
        onRefused: ({ code }, ctx) => {
          ctx.status = 418;
          ctx.body = code;
        },
      }),
      "/thrown": requireUser(sessions, {
        onRefused: (refused) => {
          throw refused;
        },
      }),
    };
    const guardOf = (path: string) => guards[path] ?? (isOpen(path) ? undefined : guards["/me"]);
    app.use((ctx, next) => guardOf(ctx.path)?.(ctx, next) ?? next());
    app.use(async (ctx) => {
      await sessions.load(ctx);
      act(sessions, ctx, ctx.path);
      ctx.body = await whoIs(sessions, ctx);
    });
    return listen(createServer(app.callback()));
  },
};
