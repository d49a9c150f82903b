import type { IncomingMessage, ServerResponse } from "node:http";
import { applyAnswer, PendingReply, type ReplyLike } from "@coatcheck/core/node";
import { type DynamicModule, Inject, Module } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import { oidcRoutes as expressRoutes } from "../express/routes.ts";
import { formOf } from "../http/form.ts";
import type { Oidc } from "../oidc.ts";

type Handled = Pick<Oidc<never>, "handle">;

/** The part of an Express application that is used. */
interface ExpressApp {
  use(handler: ReturnType<typeof expressRoutes>): unknown;
}

/** The parts of Fastify that are used: its types are not needed to use Nest on Express. */
interface FastifyApp {
  addHook(
    name: "onRequest",
    hook: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ): unknown;
}

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly originalUrl: string;
  readonly protocol: string;
  readonly host: string;
  readonly ip: string;
}

interface FastifyReply extends ReplyLike {
  readonly raw: ServerResponse;
  send(body: string): unknown;
}

const OIDC = Symbol("coatcheck.oidc");

/** Installs the routes. Use `oidcRoutes`. */
@Module({})
export class OidcModule {
  constructor(@Inject(OIDC) oidc: Handled, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    // As soon as there is an adapter: before guards, of which one for all routes would keep everybody out who is to log in.
    host.init$.subscribe(() => {
      const { httpAdapter } = host;
      if (httpAdapter.getType() === "fastify") {
        installOnFastify(httpAdapter.getInstance<FastifyApp>(), oidc);
      } else {
        httpAdapter.getInstance<ExpressApp>().use(expressRoutes(oidc));
      }
    });
  }
}

/** The routes of a provider, on Express or on Fastify: `imports: [oidcRoutes(oidc)]`, before or after `SessionModule`. Neither guards nor a global prefix apply to them. */
export function oidcRoutes(oidc: Handled): DynamicModule {
  return { module: OidcModule, providers: [{ provide: OIDC, useValue: oidc }] };
}

function installOnFastify(app: FastifyApp, oidc: Handled): void {
  app.addHook("onRequest", async function answerOidc(request, reply) {
    const { method, originalUrl: url, raw } = request;
    const facts = {
      secure: () => request.protocol === "https",
      host: () => request.host,
      address: () => request.ip,
    };
    const form = () => formOf(raw, undefined);
    const answer = await oidc.handle({ method, url, request: raw, facts, form });
    if (!answer) return undefined;
    applyAnswer(new PendingReply(reply, answer.body), answer.headers);
    reply.code(answer.status);
    return reply.send(answer.body);
  });
}
