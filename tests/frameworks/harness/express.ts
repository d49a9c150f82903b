import { createServer } from "node:http";
import { pipeline } from "node:stream";
import { expressCookies, expressSession } from "@coatcheck/express";
import {
  type FrameworkHarness,
  isOptedOut,
  type TestApp,
  type TestRoute,
} from "@coatcheck/testkit";
import express, { type NextFunction, type Request, type Response } from "express";
import { contextOf } from "./context.ts";
import { cookiesAt } from "./cookies.ts";
import { EVERYTHING } from "./features.ts";
import { listen, MAX_HEADER_SIZE } from "./listen.ts";
import { sendEvents } from "./raw-reply.ts";

export const expressHarness: FrameworkHarness = {
  name: "Express",
  features: new Set(EVERYTHING),
  start: (app) => listen(createServer({ maxHeaderSize: MAX_HEADER_SIZE }, serverOf(app))),
};

function serverOf(app: TestApp): express.Express {
  const server = express();
  // Express itself would print every error.
  server.set("env", "test");
  for (const it of cookiesAt(app, "before sessions")) server.use(expressCookies(it));
  for (const { sessions, ...options } of app.managers) {
    const skip = ({ url }: { url?: string | undefined }): boolean => isOptedOut(app, url);
    server.use(expressSession(sessions, { ...options, skip, report: app.onError }));
  }
  for (const it of cookiesAt(app, "after sessions")) server.use(expressCookies(it));
  for (const [path, route] of Object.entries(app.routes)) {
    server.all(path, (request, response) => handle(route, request, response));
  }
  server.use((error: unknown, _request: Request, _response: Response, next: NextFunction) => {
    app.onError(error);
    next(error);
  });
  return server;
}

function handle(route: TestRoute, request: Request, response: Response): unknown {
  const result = route.handle(
    contextOf(request, request, response, (name, value) => response.set(name, value)),
  );
  return result instanceof Promise
    ? result.then((value) => send(route.reply, response, value as never))
    : send(route.reply, response, result as never);
}

function send(reply: TestRoute["reply"], response: Response, result: never): unknown {
  return senders[reply](response, result);
}

const senders: Readonly<
  Record<TestRoute["reply"], (response: Response, result: never) => unknown>
> = {
  json: (response, value: unknown) => response.json(value),
  text: (response, body: string) => response.send(body),
  redirect: (response, path: string) => response.redirect(path),
  empty: (response, status: number) => response.status(status).end(),
  stream: (response, stream: NodeJS.ReadableStream) => pipeline(stream, response, () => {}),
  file: (response, path: string) => response.sendFile(path),
  sse: (response, texts: AsyncIterable<string>) => sendEvents(response, texts),
  hijack: () => undefined,
};
