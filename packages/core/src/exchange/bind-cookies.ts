import type { IncomingMessage, ServerResponse } from "node:http";
import type { CookieJar } from "../cookies/jar.ts";
import type { CookieChannel } from "../cookies/wire.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import { type Gated, gateResponse } from "./gate.ts";
import { cookieNamesOf } from "./headers.ts";

/** The part of a manager of cookies that framework packages use, whatever its cookies. */
export interface CookieHolder {
  open(request: SessionRequest, facts: RequestFacts, channel: CookieChannel): CookieJar<never>;
  bind(request: object, jar: () => CookieJar<never>): void;
  bound(request: object): (() => CookieJar<never>) | undefined;
  of(request: object): CookieJar<never>;
}

/**
 * All that a framework package does for cookies: says where the request's jar is. It is made when a handler asks for it; only then is the response
 * held back, so that its cookies are added last: to what a framework keeps apart, to `writeHead`'s own headers, and to error responses too.
 */
export function bindCookies(
  cookies: CookieHolder,
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
): void {
  // Mounted twice, two jars would not know of each other.
  if (cookies.bound(request)) return;
  let jar: CookieJar<never> | undefined;
  cookies.bind(request, () => {
    jar ??= openJar(cookies, request, response, facts);
    return jar;
  });
}

function openJar(
  cookies: CookieHolder,
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
): CookieJar<never> {
  const exchange: Gated = {
    headersLeft: response.headersSent,
    ended: response.writableEnded,
    commit: () => undefined,
    outlivesFailure: true,
    get headers() {
      return jar.headers;
    },
    get cookieNames() {
      return new Set(cookieNamesOf(jar.headers));
    },
  };
  const jar = cookies.open(request, facts, exchange);
  if (!exchange.headersLeft) gateResponse(response, exchange);
  return jar;
}
