import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SessionError } from "@coatcheck/core";
import { applyHeaders } from "@coatcheck/core/node";
import {
  type FrameworkHarness,
  type HandlerContext,
  pathOf,
  type TestApp,
  type TestSession,
} from "@coatcheck/testkit";
import { listen, MAX_HEADER_SIZE } from "./listen.ts";
import { sendRaw } from "./raw-reply.ts";

/** No framework package: a `node:http` server that calls `open` and `commit` itself, once each. */
export const coreByHand: FrameworkHarness = {
  name: "core by hand",
  features: new Set([
    "json",
    "text",
    "redirect",
    "empty",
    "stream",
    "file",
    "optOut",
    "managers",
    "largeHeaders",
  ]),
  start: (app) =>
    listen(
      createServer({ maxHeaderSize: MAX_HEADER_SIZE }, (request, response) => {
        answer(app, request, response).catch((error) => fail(app, response, error));
      }),
    ),
};

async function answer(
  app: TestApp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = app.routes[pathOf(request.url)];
  if (route === undefined) throw new Error(`no route ${request.url}`);
  const managers = route.session === false ? [] : app.managers;
  const opened = new Map<string, TestSession>();
  for (const { sessions, property } of managers) {
    opened.set(property, await sessions.open(request));
  }
  // A hand-off code has to leave its URL: no handler runs.
  const answered = managers.map(({ sessions }) => sessions.answerTo(request)).find((it) => it);
  let failure: { readonly error: unknown } | undefined;
  let result: unknown;
  try {
    if (answered === undefined) {
      result = await route.handle(contextOf(request, response, opened));
    }
  } catch (error) {
    failure = { error };
  }
  for (const { sessions, property } of managers) {
    const session = opened.get(property) as TestSession;
    applyHeaders(response, await sessions.commit(session));
  }
  if (failure) throw failure.error;
  if (answered === undefined) sendRaw(response, route.reply, result as never);
  else response.writeHead(answered).end();
}

function contextOf(
  raw: IncomingMessage,
  response: ServerResponse,
  opened: ReadonlyMap<string, TestSession>,
): HandlerContext {
  const sessionAt = (property: string): TestSession => {
    const session = opened.get(property);
    if (session === undefined) throw new Error("this route opened no session");
    return session;
  };
  return {
    request: raw,
    raw,
    response,
    get session() {
      return sessionAt("session");
    },
    sessionAt,
    header: (name, value) => response.setHeader(name, value),
  };
}

function fail(app: TestApp, response: ServerResponse, error: unknown): void {
  app.onError(error);
  const refused = error instanceof SessionError;
  // What a handler that failed on its own did to the session is saved, and its cookie goes along.
  if (refused) for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = refused ? error.status : 500;
  response.end("failed");
}
