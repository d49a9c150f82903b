import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestFacts } from "@coatcheck/core";
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

class ExpressFacts implements RequestFacts {
  readonly #request: ExpressRequest;

  constructor(request: ExpressRequest) {
    this.#request = request;
  }

  secure(): boolean {
    return this.#request.secure;
  }

  host(): string {
    return this.#request.host;
  }

  address(): string | undefined {
    return this.#request.ip;
  }
}

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
    const facts = new ExpressFacts(request);
    const settings = { lazy, facts, onFailure: next, report };
    const exchange = openExchange(sessions, request, response, settings);
    loadExchange(exchange, next, answerRaw(response));
  });
}
