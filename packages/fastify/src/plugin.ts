import type { Session, Sessions } from "@coatcheck/core";
import {
  commitExchange,
  type Done,
  type Exchange,
  loadExchange,
  openExchange,
  PendingReply,
  sessionProperty,
} from "@coatcheck/core/node";
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";
import type { FastifyGuard, FastifyGuardOptions } from "./guards.ts";
import { guardOfRoute, type SessionRouteConfig } from "./route-config.ts";
import { FastifyVisit } from "./visit.ts";

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

  let guardFor: GuardFor | undefined;
  try {
    guardFor = guardsOf(app, options);
  } catch (error) {
    // What a plugin with a callback throws brings the process down.
    registered(error as Error);
    return;
  }
  app.addHook("onRequest", function openSession(request, reply, done) {
    const { session } = request.routeOptions.config;
    const guard = guardFor?.(session);
    const next = guard ? after(() => guard(request, reply), done) : done;
    if (session === false || skip?.(request)) {
      next();
      return;
    }
    const visit = new FastifyVisit(request, lazy);
    const exchange = openExchange(sessions, request.raw, reply.raw, visit);
    keep(request, key, exchange);
    loadExchange(exchange, next, (status) => reply.code(status).send());
  });

  app.addHook("onSend", function commitSession(request, reply, payload, done) {
    const exchange = kept(request, key);
    // Without another payload this one goes on.
    if (exchange === null) done();
    else commitExchange(exchange, new PendingReply(reply, payload), done);
  });

  registered();
};

export const fastifySession = fastifyPlugin(plugin, { fastify: "5.x", name: "@coatcheck/fastify" });

type GuardFor = (config: unknown) => FastifyGuard | undefined;

/**
 * Who guards a route, by its configuration. Asked at each request, as routes that are declared while the plugin is still waiting to be loaded are seen by no `onRoute`; the
 * others are checked when they are declared. Of several plugins the first one guards.
 */
function guardsOf(
  app: FastifyInstance,
  { sessions, guard = {} }: FastifySessionOptions,
): GuardFor | undefined {
  if (app.hasDecorator(GUARDED)) return undefined;
  app.decorate(GUARDED, true);
  const guards = new WeakMap<object, FastifyGuard>();
  const guardFor: GuardFor = (config) => {
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
  return guardFor;
}

/** Before the body is read: who may not use a route cannot make it work. */
function after(guard: () => Promise<unknown>, done: Done): Done {
  // By `undefined`, which anybody may throw, the request would pass.
  const refuse = (error: Error | undefined) => done(error || new Error("the route's guard failed"));
  return (error) => {
    if (error) done(error);
    else guard().then(() => done(), refuse);
  };
}

function keep(request: FastifyRequest, key: symbol, exchange: Exchange<object>): void {
  (request as unknown as Record<symbol, Exchange<object>>)[key] = exchange;
}

function kept(request: FastifyRequest, key: symbol): Exchange<object> | null {
  return (request as unknown as Record<symbol, Exchange<object> | null>)[key] ?? null;
}
