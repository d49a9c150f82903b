import type { IncomingMessage, ServerResponse } from "node:http";
import { answerRaw, loadExchange, openExchange, sessionProperty } from "@coatcheck/core/node";
import { noteManager } from "./managers.ts";
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

type ExpressRequest = IncomingMessage & {
  readonly secure: boolean;
  readonly host: string;
  readonly ip?: string;
};

export function installOnExpress(app: ExpressApp, options: SessionModuleOptions): void {
  const { sessions, lazy = false, skip, property = "session" } = options;
  const accessor = sessionProperty(sessions);
  app.use(function session(request, response, next) {
    if (skip?.(request)) {
      next();
      return;
    }
    Object.defineProperty(request, property, accessor);
    noteManager(request, sessions);
    const facts = {
      secure: () => request.secure,
      host: () => request.host,
      address: () => request.ip,
    };
    const settings = { lazy, facts, onFailure: next, report };
    const exchange = openExchange(sessions, request, response, settings);
    loadExchange(exchange, next, answerRaw(response));
  });
}
