import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, createServer as createHttp2Server, type Http2ServerRequest } from "node:http2";
import type { AddressInfo } from "node:net";
import { createSessions, memoryStore, type SessionError } from "@coatcheck/core";
import { createCookies, defineCookie } from "@coatcheck/core/cookies";
import { expressCookies, expressSession } from "@coatcheck/express";
import { fastifyCookies } from "@coatcheck/fastify";
import { koaCookies } from "@coatcheck/koa";
import { Visitor } from "@coatcheck/testkit";
import express, { type NextFunction, type Request, type Response } from "express";
import { fastify } from "fastify";
import Koa from "koa";
import { afterEach, expect, test } from "vitest";

const theme = defineCookie("theme");
const role = defineCookie("role");
const cookies = createCookies([theme]);
const admin = createCookies([role]);

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function visit(server: Server): Promise<Visitor> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new Visitor((server.address() as AddressInfo).port);
}

test("Koa's own ctx.cookies works beside ours, in any order", async () => {
  const app = new Koa();
  app.use(koaCookies(cookies));
  app.use((ctx) => {
    ctx.cookies.set("mine", "1");
    cookies.of(ctx).set(theme, "dark");
    ctx.cookies.set("more", "2");
    ctx.body = [ctx.cookies.get("theme") ?? null];
  });
  const visitor = await visit(createServer(app.callback()));
  await visitor.get("/");
  const answer = await visitor.get("/");
  expect(answer.body).toBe('["dark"]');
  const names = answer.setCookies.map((line) => line.split("=")[0]);
  expect(names.sort()).toEqual(["mine", "more", "theme"]);
});

test("Express's own res.cookie works beside ours, and trust proxy is heeded", async () => {
  const app = express();
  app.set("trust proxy", true);
  app.set("env", "test");
  app.use(expressCookies(cookies));
  app.get("/", (request, response) => {
    cookies.of(request).set(theme, "dark");
    response.cookie("mine", "1").json({});
  });
  const visitor = await visit(createServer(app));
  const headers = { host: "shop.example", "x-forwarded-proto": "https" };
  const answer = await visitor.get("/", { headers });
  const names = answer.setCookies.map((line) => line.split("=")[0]);
  expect(names.sort()).toEqual(["mine", "theme"]);
  expect((await visitor.get("/", { headers: { host: "shop.example" } })).status).toBe(500);
});

test("node:http: who set up the proxy says whether the connection is encrypted", async () => {
  const bind = expressCookies(cookies, {
    secure: ({ headers }) => headers["x-proxy"] === "tls",
  });
  const server = createServer((request, response) => {
    bind(request, response, () => {
      try {
        cookies.of(request).set(theme, "dark");
      } catch {
        response.statusCode = 500;
      }
      response.end();
    });
  });
  const visitor = await visit(server);
  const secure = { host: "shop.example", "x-proxy": "tls" };
  expect((await visitor.get("/", { headers: secure })).setCookies).toHaveLength(1);
  expect((await visitor.get("/", { headers: { host: "shop.example" } })).status).toBe(500);
});

test("Koa and Fastify: whoever ends TLS is believed where the framework trusts it, and nowhere else", async () => {
  for (const trusts of [true, false]) {
    const koa = new Koa({ proxy: trusts });
    koa.silent = true;
    koa.use(koaCookies(cookies));
    koa.use((ctx) => {
      cookies.of(ctx).set(theme, "dark");
      ctx.body = "fine";
    });
    const app = fastify({ trustProxy: trusts });
    servers.push(app);
    await app.register(fastifyCookies, { cookies });
    app.get("/", async (request) => {
      cookies.of(request).set(theme, "dark");
      return "fine";
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    for (const visitor of [await visit(createServer(koa.callback())), new Visitor(port)]) {
      const headers = { host: "shop.example", "x-forwarded-proto": "https" };
      const answer = await visitor.get("/", { headers });
      expect([answer.status, answer.setCookies.length]).toEqual(trusts ? [200, 1] : [500, 0]);
    }
  }
});

test("a jar that nobody asked for before the response began is too late, and can be read", async () => {
  const bind = expressCookies(cookies);
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    bind(request, response, () => {
      response.write("first");
      const jar = cookies.of(request);
      seen.push(jar.get(theme));
      try {
        jar.set(theme, "late");
      } catch (error) {
        seen.push((error as SessionError).code);
      }
      response.end("last");
    });
  });
  const visitor = await visit(server);
  visitor.jar.set("theme", "dark");
  const answer = await visitor.get("/");
  expect([answer.body, answer.setCookies, seen]).toEqual(["firstlast", [], ["dark", "too-late"]]);
});

test("mounted twice, a request has one jar all the same", async () => {
  const app = express();
  app.use(expressCookies(cookies));
  app.use((request, _response, next) => {
    cookies.of(request).set(theme, "dark");
    next();
  });
  app.use(expressCookies(cookies));
  app.get("/", (request, response) => {
    response.json([cookies.of(request).get(theme) ?? null]);
  });
  const answer = await (await visit(createServer(app))).get("/");
  expect([answer.body, answer.setCookies.length]).toEqual(['["dark"]', 1]);
});

test("cookies that were asked for before the sessions leave a failed save its error handler", async () => {
  const down = memoryStore();
  down.create = () => Promise.reject(new Error("down"));
  const sessions = createSessions({ storage: down });
  const app = express();
  app.use(expressCookies(cookies));
  app.use((request, _response, next) => {
    cookies.of(request).set(theme, "dark");
    next();
  });
  app.use(expressSession(sessions));
  app.get("/", (request, response) => {
    sessions.of(request).set("a", 1);
    response.send("saved");
  });
  app.use((error: SessionError, _request: Request, response: Response, _next: NextFunction) => {
    response.status(error.status).send("handled");
  });
  const answer = await (await visit(createServer(app))).get("/");
  expect([answer.status, answer.body, answer.setCookies.length]).toEqual([503, "handled", 1]);
});

test("Fastify: inject() sees the cookies, an encapsulated plugin too, and hooks before the handler", async () => {
  const app = fastify();
  servers.push(app);
  await app.register(async (inner) => {
    await inner.register(fastifyCookies, { cookies });
  });
  await app.register(fastifyCookies, { cookies });
  await app.register(fastifyCookies, { cookies: admin });
  app.addHook("onRequest", async (request) => {
    admin.of(request).set(role, "root");
  });
  app.get("/", (request, reply) => {
    cookies.of(request.raw).set(theme, "dark");
    cookies.of(request).set(theme, "light");
    reply.header("set-cookie", "mine=1").send({ there: cookies.of(request).get(theme) });
  });
  const answer = await app.inject("/");
  expect(answer.json()).toEqual({ there: "light" });
  expect(answer.cookies.map(({ name, value }) => [name, value]).sort()).toEqual([
    ["mine", "1"],
    ["role", "root"],
    ["theme", "light"],
  ]);
});

test("HTTP/2 has them, too", async () => {
  const bind = expressCookies(cookies);
  const server = createHttp2Server((request: Http2ServerRequest, response) => {
    bind(request as unknown as IncomingMessage, response as never, () => {
      const before = cookies.of(request).get(theme) ?? "none";
      cookies.of(request).set(theme, "dark");
      response.end(before);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const request = client.request({ ":path": "/", cookie: ["a=1", "theme=light"] });
    const headers = await new Promise<Record<string, unknown>>((resolve) =>
      request.once("response", (it) => resolve(it as Record<string, unknown>)),
    );
    let body = "";
    for await (const chunk of request) body += chunk;
    expect(body).toBe("light");
    expect(headers["set-cookie"]).toEqual(["theme=dark; Path=/; HttpOnly; Secure; SameSite=Lax"]);
  } finally {
    client.close();
  }
});

test.each(["opened before", "opened there"])(
  "Express's error handler sets cookies after a failed save, in a jar that was %s",
  async (opened) => {
    const memory = memoryStore();
    const create = async () => {
      throw new Error("disk full");
    };
    const storage = {
      read: memory.read,
      create,
      update: memory.update,
      touch: memory.touch,
      destroy: memory.destroy,
    };
    const sessions = createSessions({ storage });
    const app = express();
    app.use(expressSession(sessions), expressCookies(cookies));
    app.get("/", (request, response) => {
      if (opened === "opened before") cookies.of(request).get(theme);
      sessions.of(request).set("a", 1);
      response.json({});
    });
    app.use((error: SessionError, request: Request, response: Response, _: NextFunction) => {
      const isSet = cookies.of(request).set(theme, "dark");
      response.status(error.status).write(`${isSet}`);
      expect(() => cookies.of(request).set(theme, "light")).toThrow(/before the response begins/);
      response.end();
    });
    const answer = await (await visit(createServer(app))).get("/");
    expect([answer.status, answer.body]).toEqual([503, "true"]);
    expect(answer.setCookies.map((line) => line.split(";")[0])).toEqual(["theme=dark"]);
  },
);
