import type { Readable } from "node:stream";
import { applyAnswer, PendingReply } from "@coatcheck/core/node";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { isForm, readForm } from "../http/form.ts";
import { ROUTES } from "../http/paths.ts";
import type { Oidc } from "../oidc.ts";

export interface FastifyOidcOptions {
  /** From `createOidc`, of any application data. */
  oidc: Pick<Oidc<never>, "handle" | "path">;
}

/**
 * The routes of a provider: `await app.register(oidcRoutes, { oidc })`, before `fastifySession` or after it. No parser of forms is needed. What a provider posts is
 * kept from the session plugin, whose cross-origin check would refuse it: it proves by itself where it comes from.
 */
export const oidcRoutes: FastifyPluginAsync<FastifyOidcOptions> = async (app, { oidc }) => {
  leaveBodies(app);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const facts = {
      secure: () => request.protocol === "https",
      host: () => request.host,
      address: () => request.ip,
    };
    const { method, originalUrl: url, raw, headers } = request;
    const form = async () =>
      isForm(headers["content-type"]) && request.body
        ? readForm(request.body as Readable)
        : undefined;
    const answered = await oidc.handle({ method, url, request: raw, facts, form });
    if (!answered) return reply.callNotFound();
    applyAnswer(new PendingReply(reply, answered.body), answered.headers);
    return reply.code(answered.status).send(answered.body);
  };
  for (const route of ROUTES) {
    const url = `${oidc.path}/${route}`;
    app.route({ method: "GET", url, exposeHeadRoute: false, handler: answer });
    const own = route !== "logout";
    app.route({ method: "POST", url, handler: answer, ...(own && { config: { session: false } }) });
  }
};

/** In these routes alone bodies stay streams, whatever the application parses elsewhere. */
function leaveBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}
