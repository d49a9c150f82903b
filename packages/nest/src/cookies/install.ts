import type { IncomingMessage } from "node:http";
import { bindCookies, type CookieHolder } from "@coatcheck/core/node";
import type { ExpressApp } from "../express.ts";
import { type FastifyAdapter, openBeforeMiddleware, type RequestHook } from "../fastify.ts";

/** The managers of each request, by Node's own request object. */
const managers = new WeakMap<object, Set<CookieHolder>>();

/** Of a request of Nest's or of Node's. */
export function managersOf(request: object): CookieHolder[] {
  const { raw } = request as { readonly raw?: object };
  return [...(managers.get(raw ?? request) ?? [])];
}

export function installOnExpress(app: ExpressApp, cookies: CookieHolder): void {
  app.use(function cookieJar(request, response, next) {
    const facts = { secure: () => request.secure, host: () => request.host };
    note(request, cookies);
    bindCookies(cookies, request, response, facts);
    next();
  });
}

export function installOnFastify(adapter: FastifyAdapter, cookies: CookieHolder): void {
  const bindJar: RequestHook = (request, reply, done) => {
    const facts = { secure: () => request.protocol === "https", host: () => request.host };
    note(request.raw, cookies);
    bindCookies(cookies, request.raw, reply.raw, facts);
    done();
  };
  openBeforeMiddleware(adapter, bindJar);
  // For whoever sets that one hook later on: then at least guards and handlers find the cookies.
  adapter.getInstance().addHook("onRequest", bindJar);
}

function note(request: IncomingMessage, cookies: CookieHolder): void {
  const known = managers.get(request);
  if (known) known.add(cookies);
  else managers.set(request, new Set([cookies]));
}
