import { Readable } from "node:stream";
import { createSessions, memoryStore, type SessionStore } from "@coatcheck/core";
import { fastifySession } from "@coatcheck/fastify";
import fastify from "fastify";
import { expect, test } from "vitest";

/** A site whose body fails while its session waits for the store. */
async function site(write: (memory: SessionStore) => SessionStore["create"]) {
  const memory = memoryStore();
  const sessions = createSessions({
    storage: { ...memory, create: write(memory) },
    cookie: { name: "id", secure: false },
  });
  const app = fastify();
  await app.register(fastifySession, { sessions });
  app.get("/file", (request, reply) => {
    request.session.login("ada");
    const body = new Readable({
      construct: (done) => void setImmediate(done, new Error("no such file")),
    });
    return reply.type("text/csv").send(body);
  });
  app.get("/me", (request) => ({ user: request.session.userId ?? null }));
  return app;
}

const later = () => new Promise((resolve) => setTimeout(resolve, 20));

test("a body that fails while the session is being saved is an error, and the session is kept", async () => {
  const app = await site((memory) => async (...args) => {
    await later();
    return memory.create(...args);
  });
  const answer = await app.inject("/file");
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
    500,
    "application/json; charset=utf-8",
  ]);
  const [cookie] = answer.cookies;
  const me = await app.inject({ url: "/me", cookies: { id: cookie?.value ?? "" } });
  expect(me.json()).toEqual({ user: "ada" });
});

test("G10 a body that fails while the session cannot be saved brings nothing down", async () => {
  const app = await site(() => async () => {
    await later();
    throw new Error("disk full");
  });
  const answer = await app.inject("/file");
  expect([answer.statusCode, answer.cookies]).toEqual([503, []]);
});
