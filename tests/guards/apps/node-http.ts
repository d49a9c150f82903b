import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SessionError } from "@coatcheck/core";
import {
  type ExpressSessionMiddleware,
  expressSession,
  requireElevated,
  requireFreshLogin,
  requireUser,
} from "@coatcheck/express";
import { pathOf } from "@coatcheck/testkit";
import { listen } from "../../frameworks/harness/listen.ts";
import { act, type GuardHarness, isOpen, WITHIN, whoIs } from "./app.ts";

export const nodeHttpApp: GuardHarness = {
  name: "node:http",
  onRefused: true,
  start({ sessions, lazy, guard, forgotten, cacheControl }) {
    const open: ExpressSessionMiddleware = forgotten
      ? (_request, _response, next) => next()
      : expressSession(sessions, { lazy: lazy ?? false });
    const guards: Readonly<Record<string, ExpressSessionMiddleware>> = {
      "/me": requireUser(sessions, guard),
      "/fresh": requireFreshLogin(sessions, WITHIN, guard),
      "/elevated": requireElevated(sessions, guard),
      "/custom": requireUser(sessions, {
        onRefused: ({ code }, _request, response) => {
          response.statusCode = 418;
          response.end(code);
        },
      }),
      "/thrown": requireUser(sessions, {
        onRefused: (refused, _request, _response, next) => next(refused),
      }),
    };
    const guardOf = (path: string) => guards[path] ?? (isOpen(path) ? undefined : guards["/me"]);
    return listen(
      createServer((request, response) => {
        const path = pathOf(request.url);
        if (cacheControl) response.setHeader("cache-control", cacheControl);
        const step = (middleware: ExpressSessionMiddleware | undefined, then: () => unknown) => {
          if (middleware === undefined) then();
          else middleware(request, response, (error) => (error ? fail(response, error) : then()));
        };
        step(open, () => step(guardOf(path), () => answer(path, request, response)));
      }),
    );

    async function answer(path: string, request: IncomingMessage, response: ServerResponse) {
      try {
        await sessions.load(request);
        act(sessions, request, path);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(await whoIs(sessions, request)));
      } catch (error) {
        fail(response, error);
      }
    }
  },
};

function fail(response: ServerResponse, error: unknown): void {
  response.statusCode = error instanceof SessionError ? error.status : 500;
  response.end("failed");
}
