import { bindCookies, type CookieHolder } from "@coatcheck/core/node";
import { ExpressFacts, type ExpressRequest } from "./facts.ts";
import type { ExpressSessionMiddleware } from "./session.ts";

export interface ExpressCookiesOptions {
  /**
   * Whether the client's connection is encrypted, for `node:http` behind a proxy. Default: Express's `req.secure`, which heeds
   * `trust proxy`; else the socket's own word.
   */
  secure?: (request: ExpressRequest) => boolean;
}

/** Gives every request its cookies: `cookies.of(req)`. Costs nothing until somebody asks, and goes before or after `expressSession`. */
export function expressCookies(
  cookies: CookieHolder,
  options: ExpressCookiesOptions = {},
): ExpressSessionMiddleware {
  const { secure } = options;
  return function cookieJar(request, response, next) {
    bindCookies(cookies, request, response, new ExpressFacts(request, secure));
    next();
  };
}
