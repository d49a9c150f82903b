import type { IncomingMessage, ServerResponse } from "node:http";
import type { CookieJar } from "../cookies/jar.ts";
import type { CookieChannel } from "../cookies/wire.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import { type Gated, gateResponse } from "./gate.ts";

/** The part of a `Cookies` manager that framework packages use. */
export interface CookieHolder<Jar extends Pick<CookieJar, "headers"> = CookieJar<never>> {
  open(request: SessionRequest, facts: RequestFacts, channel: CookieChannel): Jar;
  bind(request: object, jar: () => Jar): void;
  bound(request: object): (() => Jar) | undefined;
  of(request: object): Jar;
}

/**
 * All that a framework package does for cookies: says where the request's jar is. It is made when a handler asks for it; only then is the response
 * held back, so that its cookies are added last: to what a framework keeps apart, to `writeHead`'s own headers, and to error responses too.
 */
export function bindCookies<Jar extends Pick<CookieJar, "headers">>(
  cookies: CookieHolder<Jar>,
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
): void {
  // Mounted twice, two jars would not know of each other.
  if (cookies.bound(request)) return;
  let jar: Jar | undefined;
  cookies.bind(request, () => {
    jar ??= openJar(cookies, request, response, facts);
    return jar;
  });
}

function openJar<Jar extends Pick<CookieJar, "headers">>(
  cookies: CookieHolder<Jar>,
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
): Jar {
  const exchange: Gated = {
    headersLeft: response.headersSent,
    ended: response.writableEnded,
    commit: () => undefined,
    get headers() {
      return jar.headers;
    },
  };
  const jar = cookies.open(request, facts, exchange);
  if (!exchange.headersLeft) gateResponse(response, exchange);
  return jar;
}
