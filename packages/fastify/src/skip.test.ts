import { createSessions, memoryStore } from "@coatcheck/core";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { fastifySession } from "./index.ts";

test("skip: of two managers each request has the session of the one that it chose, and the other reads nothing", async () => {
  const app = Fastify();
  onTestFinished(() => app.close());
  const reads: string[] = [];
  const manager = (name: string) => {
    const store = memoryStore();
    const storage = {
      ...store,
      read: (id: Parameters<typeof store.read>[0]) => {
        reads.push(name);
        return store.read(id);
      },
    };
    return createSessions<{ n: number }>({ storage, cookie: { name: `__Host-${name}` as const } });
  };
  const [a, b] = [manager("a"), manager("b")];
  const chosen = (headers: { readonly [name: string]: unknown }) => headers["x-which"];
  for (const [name, sessions] of [
    ["a", a],
    ["b", b],
  ] as const) {
    await app.register(fastifySession, {
      sessions,
      property: name,
      skip: ({ headers }) => chosen(headers) !== name,
    });
  }
  app.get("/", (request) => {
    const session = (chosen(request.headers) === "a" ? a : b).of(request);
    session.update("n", (n = 0) => n + 1);
    return session.get("n");
  });

  const first = await app.inject({ url: "/", headers: { "x-which": "a" } });
  const cookie = String(first.headers["set-cookie"]).split(";", 1)[0] ?? "";
  expect(cookie).toMatch(/^__Host-a=/);
  const again = await app.inject({ url: "/", headers: { "x-which": "a", cookie } });
  expect(again.body).toBe("2");
  const other = await app.inject({ url: "/", headers: { "x-which": "b", cookie } });
  expect(other.body).toBe("1");
  expect(String(other.headers["set-cookie"])).toMatch(/^__Host-b=/);
  expect(reads).toEqual(["a"]);
});
