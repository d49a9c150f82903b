import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { koaCookies, koaSession } from "@coatcheck/koa";
import {
  type FrameworkHarness,
  isOptedOut,
  type TestApp,
  type TestRoute,
} from "@coatcheck/testkit";
import Koa, { type Context } from "koa";
import { contextOf } from "./context.ts";
import { cookiesAt } from "./cookies.ts";
import { EVERYTHING } from "./features.ts";
import { listen, MAX_HEADER_SIZE } from "./listen.ts";

export const koaHarness: FrameworkHarness = {
  name: "Koa",
  features: new Set(EVERYTHING),
  start: (app) =>
    listen(createServer({ maxHeaderSize: MAX_HEADER_SIZE }, serverOf(app).callback())),
};

function serverOf(app: TestApp): Koa {
  const server = new Koa();
  server.on("error", app.onError);
  for (const it of cookiesAt(app, "before sessions")) server.use(koaCookies(it));
  for (const { sessions, ...options } of app.managers) {
    server.use(koaSession(sessions, { ...options, skip: (ctx) => isOptedOut(app, ctx.url) }));
  }
  for (const it of cookiesAt(app, "after sessions")) server.use(koaCookies(it));
  server.use((ctx) => {
    const route = app.routes[ctx.path];
    return route && handle(route, ctx);
  });
  return server;
}

function handle(route: TestRoute, ctx: Context): unknown {
  if (route.reply === "hijack") {
    ctx.respond = false;
    // Koa begins with 404, and whoever takes the response over has to say more.
    ctx.status = 200;
  }
  const result = route.handle(
    contextOf(ctx, ctx.req, ctx.res, (name, value) => ctx.set(name, value)),
  );
  return result instanceof Promise
    ? result.then((value) => send(route.reply, ctx, value as never))
    : send(route.reply, ctx, result as never);
}

function send(reply: TestRoute["reply"], ctx: Context, result: never): void {
  senders[reply](ctx, result);
}

const senders: Readonly<Record<TestRoute["reply"], (ctx: Context, result: never) => void>> = {
  json: (ctx, value: unknown) => {
    ctx.body = value;
  },
  text: (ctx, body: string) => {
    ctx.body = body;
  },
  redirect: (ctx, path: string) => ctx.redirect(path),
  empty: (ctx, status: number) => {
    ctx.status = status;
  },
  stream: (ctx, stream: NodeJS.ReadableStream) => {
    ctx.body = stream;
  },
  file: (ctx, path: string) => {
    ctx.type = "text/plain";
    ctx.body = createReadStream(path);
  },
  sse: (ctx, texts: AsyncIterable<string>) => {
    ctx.type = "text/event-stream";
    ctx.body = Readable.from(events(texts));
  },
  hijack: () => {},
};

async function* events(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield `data: ${text}\n\n`;
}
