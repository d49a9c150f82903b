import type { IncomingMessage } from "node:http";
import { bindCookies, type CookieHolder } from "@coatcheck/core/node";
import type { ExpressApp } from "../express.ts";
import { type FastifyAdapter, openBeforeMiddleware, type RequestHook } from "../fastify.ts";

/** The manager of each request, by Node's own request object: of several the one that was imported first. */
const managers = new WeakMap<object, CookieHolder>();

/** Of a request of Nest's or of Node's. */
export function managerOf(request: object): CookieHolder | undefined {
  const { raw } = request as { readonly raw?: object };
  return managers.get(raw ?? request);
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
  if (!managers.has(request)) managers.set(request, cookies);
}
