import { bindCookies, type CookieHolder, FastifyFacts } from "@coatcheck/core/node";
import type { FastifyPluginCallback } from "fastify";
import fastifyPlugin from "fastify-plugin";

export interface FastifyCookiesOptions {
  /** The manager, from `createCookies`. */
  cookies: CookieHolder;
}

/**
 * Gives every request its cookies: `cookies.of(request)`. Costs nothing until somebody asks, and goes before or after `fastifySession`. What
 * `@fastify/cookie` adds to requests and replies stays as it is.
 */
const plugin: FastifyPluginCallback<FastifyCookiesOptions> = (app, { cookies }, registered) => {
  app.addHook("onRequest", function bindJar(request, reply, done) {
    bindCookies(cookies, request.raw, reply.raw, new FastifyFacts(request));
    done();
  });
  registered();
};

export const fastifyCookies = fastifyPlugin(plugin, {
  fastify: "5.x",
  name: "@coatcheck/fastify/cookies",
});
