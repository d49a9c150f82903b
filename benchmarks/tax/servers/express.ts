import { createServer } from "node:http";
import { expressSession } from "@coatcheck/express";
import express, { type Request, type Response } from "express";
import { coatcheck, manager } from "./coatcheck.ts";
import { bare } from "./deeds.ts";
import { type ExpressPeer, expressPeers } from "./express-peers.ts";
import { limitMemory, limitRedis, limitSealed, type Wire } from "./limit.ts";
import { FREE, routesOf } from "./routes.ts";
import { started } from "./started.ts";

type Installed = ExpressPeer<Request, Response>;

const wire: Wire<Request, Response> = {
  cookie: (request) => request.headers.cookie,
  setCookie: (response, line) => response.setHeader("set-cookie", line),
};

const installed: Record<string, () => Promise<Installed>> = {
  bare: async () => ({ deeds: bare }),
  "limit-memory": async () => ({ deeds: limitMemory(wire) }),
  "limit-redis": async () => ({ deeds: await limitRedis(wire) }),
  "limit-sealed": async () => ({ deeds: limitSealed(wire) }),
  ...expressPeers,
};

async function install(name: string): Promise<Installed> {
  const found = installed[name];
  if (found) return found();
  const sessions = await manager(name);
  const skip = ({ url }: { readonly url?: string | undefined }) => url === FREE;
  return { middleware: expressSession(sessions, { skip }), deeds: coatcheck(sessions) };
}

export async function start(name: string): Promise<number> {
  const app = express();
  const { middleware, deeds } = await install(name);
  if (middleware) app.use(middleware);
  for (const { method, path, handler } of routesOf(deeds)) {
    app[method === "GET" ? "get" : "post"](path, (request, response, next) => {
      const answer = handler(request, response);
      if (typeof answer === "string") response.send(answer);
      else answer.then((text) => response.send(text), next);
    });
  }
  // What a crowd may fail with is counted by the client, and not logged.
  app.use((error: Error & { status?: number }, _: Request, response: Response, _next: unknown) => {
    response.status(error.status ?? 500).send(error.message);
  });
  return started(createServer(app));
}
