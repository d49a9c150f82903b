import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SessionError } from "@coatcheck/core";
import { expressCookies, expressSession } from "@coatcheck/express";
import { type FrameworkHarness, isOptedOut, pathOf, type TestApp } from "@coatcheck/testkit";
import { contextOf } from "./context.ts";
import { type CookieApp, cookiesAt } from "./cookies.ts";
import { EVERYTHING } from "./features.ts";
import { listen, MAX_HEADER_SIZE } from "./listen.ts";
import { sendRaw } from "./raw-reply.ts";

/** `@coatcheck/express` in a plain `node:http` server. */
export const nodeHttp: FrameworkHarness = {
  name: "node:http",
  features: new Set(EVERYTHING),
  start: (app) => {
    const cookiesIn = (place: CookieApp["order"]) =>
      cookiesAt(app, place).map((it) => expressCookies(it));
    const sessions = app.managers.map(({ sessions, ...options }) =>
      expressSession(sessions, {
        ...options,
        skip: (request) => isOptedOut(app, request.url),
        report: app.onError,
      }),
    );
    const middlewares = [
      ...cookiesIn("before sessions"),
      ...sessions,
      ...cookiesIn("after sessions"),
    ];
    return listen(
      createServer({ maxHeaderSize: MAX_HEADER_SIZE }, (request, response) => {
        const step = (index: number): void => {
          const middleware = middlewares[index];
          if (middleware === undefined) void handle(app, request, response);
          else {
            middleware(request, response, (error) => {
              if (error) fail(app, response, error);
              else step(index + 1);
            });
          }
        };
        step(0);
      }),
    );
  },
};

async function handle(
  app: TestApp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = app.routes[pathOf(request.url)];
  try {
    if (route === undefined) throw new Error(`no route ${request.url}`);
    const result = await route.handle(
      contextOf(request, request, response, (name, value) => response.setHeader(name, value)),
    );
    sendRaw(response, route.reply, result as never);
  } catch (error) {
    fail(app, response, error);
  }
}

function fail(app: TestApp, response: ServerResponse, error: unknown): void {
  app.onError(error);
  response.statusCode = error instanceof SessionError ? error.status : 500;
  response.end("failed");
}
