import { Readable } from "node:stream";
import { fastifySession, requireUser } from "@coatcheck/fastify";
import { oidcRoutes } from "@coatcheck/oidc/fastify";
import Fastify from "fastify";
import { applications } from "../applications.ts";
import { applicationPage } from "../pages/application-page.ts";
import { signInOf, visitorOf } from "./sign-in.ts";

const { shop } = applications;
const { sessions, oidc } = signInOf(shop);

export async function startShop(): Promise<void> {
  const app = Fastify();
  await app.register(fastifySession, { sessions });
  await app.register(oidcRoutes, { oidc });

  app.get("/", (request, reply) => {
    const visitor = visitorOf(sessions.of(request));
    return reply.type("text/html").send(applicationPage(shop, oidc.loginUrl("/"), visitor));
  });

  // Server-sent events: nothing, until the session ends, wherever and by whomever.
  app.get("/events", { onRequest: requireUser(sessions) }, (request, reply) => {
    const events = new Readable({ read() {} });
    events.push(": the session lives\n\n");
    const stop = sessions.onEnd(sessions.of(request).id, () => {
      events.push("event: ended\ndata: -\n\n");
      events.push(null);
    });
    events.once("close", stop);
    return reply.type("text/event-stream").send(events);
  });

  await app.listen({ port: shop.port, host: "localhost" });
}
