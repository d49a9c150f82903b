import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestFacts } from "@coatcheck/core";
import { applyAnswer } from "@coatcheck/core/node";
import { formOf } from "../http/form.ts";
import type { Oidc } from "../oidc.ts";

/** Express's `req`, or `node:http`'s. */
export interface OidcExpressRequest extends IncomingMessage {
  readonly secure?: boolean;
  readonly ip?: string | undefined;
  readonly originalUrl?: string;
  readonly body?: unknown;
  readonly app?: { get(setting: string): unknown };
}

export interface ExpressOidcOptions {
  /** As of `expressSession`: whether the client's connection is encrypted, for `node:http` behind a proxy. */
  secure?: (request: OidcExpressRequest) => boolean;
}

/** A middleware for Express, and a function to call by hand in a `node:http` server. */
export type ExpressOidcMiddleware = <Request extends OidcExpressRequest>(
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** The routes of a provider: `app.use(oidcRoutes(oidc))`, before `expressSession` or after it, and before or after a body parser. */
export function oidcRoutes(
  oidc: Pick<Oidc<never>, "handle">,
  { secure }: ExpressOidcOptions = {},
): ExpressOidcMiddleware {
  return function answerOidc(request, response, next) {
    const { method = "GET", originalUrl, url = "/" } = request;
    const asked = {
      method,
      url: originalUrl ?? url,
      request,
      facts: factsOf(request, secure),
      form: () => formOf(request, request.body),
    };
    oidc
      .handle(asked)
      .then((answer) => {
        // What comes after is called outside of the promise, so that its errors are its own.
        if (!answer) return queueMicrotask(next);
        response.statusCode = answer.status;
        applyAnswer(response, answer.headers);
        response.end(answer.body);
      })
      // Also where somebody has answered meanwhile, as a time limit does: a promise that nobody waits for would end the process.
      .catch(next);
  };
}

function factsOf(request: OidcExpressRequest, secure: ExpressOidcOptions["secure"]): RequestFacts {
  return {
    secure: () => secure?.(request) ?? request.secure,
    host: () => forwardedHost(request),
    address: () => request.ip ?? request.socket.remoteAddress,
  };
}

/** By Express's rule, where there is Express: X-Forwarded-Host counts if `trust proxy` trusts who sent it. */
function forwardedHost({ app, headers, socket }: OidcExpressRequest): string | undefined {
  const trusts = app?.get("trust proxy fn") as
    | ((address: string, hop: number) => boolean)
    | undefined;
  const forwarded = headers["x-forwarded-host"];
  if (typeof forwarded !== "string" || !trusts?.(socket.remoteAddress ?? "", 0)) return undefined;
  return forwarded.split(",", 1)[0]?.trim();
}
