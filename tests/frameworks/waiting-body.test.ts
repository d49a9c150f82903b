import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createSessions, memoryStore, type SessionStore, type Sessions } from "@coatcheck/core";
import { fastifySession } from "@coatcheck/fastify";
import { koaSession } from "@coatcheck/koa";
import fastify from "fastify";
import Koa from "koa";
import { describe, expect, test } from "vitest";

/** As of a file that is not there: it fails while nobody reads it yet. */
const missing = () =>
  new Readable({ construct: (done) => void setImmediate(done, new Error("no such file")) });

const FRAMEWORKS: Record<string, (sessions: Sessions) => Promise<RequestListener>> = {
  async Fastify(sessions) {
    const app = fastify();
    await app.register(fastifySession, { sessions });
    app.get("/file", (request, reply) => {
      request.session.login("ada");
      return reply.type("text/csv").send(missing());
    });
    app.get("/me", (request) => request.session.userId ?? "nobody");
    await app.ready();
    return app.routing;
  },
  async Koa(sessions) {
    const app = new Koa();
    app.silent = true;
    app.use(koaSession(sessions));
    app.use((ctx) => {
      if (ctx.path === "/file") {
        ctx.session.login("ada");
        ctx.type = "text/csv";
        ctx.body = missing();
      } else {
        ctx.body = ctx.session.userId ?? "nobody";
      }
    });
    return app.callback();
  },
};

describe.each(Object.entries(FRAMEWORKS))("%s, a body that fails while its session", (_, make) => {
  /** The status of its response, whether it brings a cookie, and who that is. */
  async function visit(write: (memory: SessionStore) => SessionStore["create"]) {
    const memory = memoryStore();
    const sessions = createSessions({
      storage: { ...memory, create: write(memory) },
      cookie: { name: "id", secure: false },
    });
    const server = createServer(await make(sessions));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const { status, headers } = await fetch(`${url}/file`);
      const [line = ""] = headers.getSetCookie();
      const cookie = line.split(";")[0] as string;
      const user = await (await fetch(`${url}/me`, { headers: { cookie } })).text();
      return { status, user, isCsv: headers.get("content-type") === "text/csv" };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const later = () => new Promise((resolve) => setTimeout(resolve, 20));

  test("is being saved is an error, and the session is kept", async () => {
    const answer = await visit((memory) => async (...args) => {
      await later();
      return memory.create(...args);
    });
    expect(answer).toEqual({ status: 500, user: "ada", isCsv: false });
  });

  test("G10 cannot be saved brings nothing down", async () => {
    const answer = await visit(() => async () => {
      await later();
      throw new Error("disk full");
    });
    expect(answer).toEqual({ status: 503, user: "nobody", isCsv: false });
  });
});
