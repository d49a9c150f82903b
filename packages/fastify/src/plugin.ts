import type { Session, Sessions } from "@coatcheck/core";
import {
  commitExchange,
  type Exchange,
  loadExchange,
  openExchange,
  PendingReply,
  sessionProperty,
} from "@coatcheck/core/node";
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";
import { FastifyFacts } from "./facts.ts";
import type { FastifyGuard, FastifyGuardOptions } from "./guards.ts";
import { guardOfRoute, type SessionRouteConfig } from "./route-config.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** This request's session, under `fastifySession`. `sessions.of(request)` knows what it holds. */
    readonly session: Session;
  }
  interface FastifyContextConfig {
    /**
     * `false`: requests to this route have no session and cost nothing, not even with a cookie. `{ user: true }` or `{ freshLogin: "10m" }`: who
     * may use it, by the session of the plugin that was registered first.
     */
    session?: boolean | SessionRouteConfig;
  }
}

export interface FastifySessionOptions {
  /** The manager. */
  sessions: Sessions<object>;
  /** Read nothing before `await sessions.load(request)`. Default `false`. */
  lazy?: boolean;
  /** Requests that have no session, as a route's `config: { session: false }` says it for all of its own. They cost nothing, not even with a cookie. Default: none. */
  skip?: (request: FastifyRequest) => boolean;
  /** Name of the property on the request; choose another for a second manager. Default `"session"`. */
  property?: string;
  /** How requests are answered that a route's `config: { session: { user: true } }` keeps out. */
  guard?: FastifyGuardOptions;
}

/** On the application that has a plugin: routes say who may use them, and do not say by which manager. */
const GUARDED = Symbol("coatcheck.guarded");

/**
 * Gives every request its session and saves it before the first byte of the response, `reply.hijack()` and streams included. A failed save goes to
 * Fastify's error handling (status 503). Behind a proxy that ends TLS, set Fastify's `trustProxy`.
 */
const plugin: FastifyPluginCallback<FastifySessionOptions> = (app, options, registered) => {
  const { sessions, lazy = false, skip, property = "session" } = options;
  const key = Symbol(`coatcheck.${property}`);

  // Both are there before the first request, so that every request object has one shape.
  app.decorateRequest(key as unknown as string, null);
  app.decorateRequest(property, {
    getter(this: FastifyRequest) {
      return sessions.of(this.raw);
    },
    setter: sessionProperty(sessions).set,
  });

  app.addHook("onRequest", function openSession(request, reply, done) {
    if (request.routeOptions.config.session === false || skip?.(request)) {
      done();
      return;
    }
    const report = (error: unknown) => request.log.error(error);
    const facts = new FastifyFacts(request);
    const exchange = openExchange(sessions, request.raw, reply.raw, { lazy, facts, report });
    keep(request, key, exchange);
    loadExchange(exchange, done, (status) => reply.code(status).send());
  });

  app.addHook("onSend", function commitSession(request, reply, payload, done) {
    const exchange = kept(request, key);
    if (exchange === null) {
      done(null, payload);
      return;
    }
    commitExchange(exchange, new PendingReply(reply, payload), (error) => {
      if (error) done(error);
      else done(null, payload);
    });
  });

  if (!app.hasDecorator(GUARDED)) {
    app.decorate(GUARDED, true);
    try {
      guardRoutes(app, options);
    } catch (error) {
      // What a plugin with a callback throws brings the process down.
      registered(error as Error);
      return;
    }
  }
  registered();
};

export const fastifySession = fastifyPlugin(plugin, { fastify: "5.x", name: "@coatcheck/fastify" });

/**
 * A hook for all routes and not one for each, since those that are declared while the plugin is still waiting to be loaded are seen
 * by no `onRoute`. The others are checked when they are declared.
 */
function guardRoutes(app: FastifyInstance, { sessions, guard = {} }: FastifySessionOptions): void {
  const guards = new WeakMap<object, FastifyGuard>();
  const guardFor = (config: unknown): FastifyGuard | undefined => {
    const known = guards.get(config as object);
    const made = known ?? guardOfRoute(config, sessions, guard);
    if (made && !known) guards.set(config as object, made);
    return made;
  };
  // What is wrong with the options shows now.
  guardOfRoute({ user: true }, sessions, guard);
  app.addHook("onRoute", ({ config }) => {
    guardFor(config?.session);
  });
  // Before the body is read: who may not use a route cannot make it work.
  app.addHook("onRequest", function guardRoute(request, reply, done) {
    const guarded = guardFor(request.routeOptions.config.session)?.(request, reply);
    if (guarded) guarded.then(() => done(), done);
    else done();
  });
}

function keep(request: FastifyRequest, key: symbol, exchange: Exchange<object>): void {
  (request as unknown as Record<symbol, Exchange<object>>)[key] = exchange;
}

function kept(request: FastifyRequest, key: symbol): Exchange<object> | null {
  return (request as unknown as Record<symbol, Exchange<object> | null>)[key] ?? null;
}
