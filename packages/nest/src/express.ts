import type { IncomingMessage, ServerResponse } from "node:http";
import { loadExchange, openExchange } from "@coatcheck/core/node";
import type { SessionModuleOptions } from "./options.ts";
import { report } from "./report.ts";

/** The part of an Express application that is used. */
export interface ExpressApp {
  use(
    handler: (
      request: ExpressRequest,
      response: ServerResponse,
      next: (error?: unknown) => void,
    ) => void,
  ): unknown;
}

type ExpressRequest = IncomingMessage & { readonly secure: boolean };

export function installOnExpress(app: ExpressApp, options: SessionModuleOptions): void {
  const { sessions, lazy = false, skip, property = "session" } = options;
  app.use(function session(request, response, next) {
    if (skip?.(request)) {
      next();
      return;
    }
    Object.defineProperty(request, property, {
      get: () => sessions.of(request),
      configurable: true,
    });
    const facts = { secure: () => request.secure };
    const settings = { lazy, facts, onFailure: next, report };
    loadExchange(openExchange(sessions, request, response, settings), next);
  });
}
