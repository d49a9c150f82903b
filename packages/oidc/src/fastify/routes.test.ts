import { fastify } from "fastify";
import { expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import type { AuthRequest } from "../http/request.ts";
import { oidcRoutes } from "./routes.ts";

const EMPTY: Answer = { status: 200, headers: [], body: "" };

test("what the application parses elsewhere is parsed as before", async () => {
  const app = fastify();
  await app.register(oidcRoutes, { oidc: { path: "/auth", handle: async () => EMPTY } });
  app.post("/json", (request) => request.body);
  const payload = { a: [1] };
  expect((await app.inject({ method: "POST", url: "/json", payload })).json()).toEqual(payload);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const form = await app.inject({ method: "POST", url: "/json", payload: "a=1", headers });
  expect(form.statusCode).toBe(415);
});

test("forms are read there, with a parser of the application's or without", async () => {
  const seen: unknown[] = [];
  const handle = async ({ form }: AuthRequest) => {
    seen.push((await form())?.get("a"));
    return EMPTY;
  };
  for (const parses of [false, true]) {
    const app = fastify();
    const type = "application/x-www-form-urlencoded";
    if (parses) {
      app.addContentTypeParser(type, { parseAs: "string" }, (_, body, done) => done(null, body));
    }
    await app.register(oidcRoutes, { oidc: { path: "/auth", handle } });
    const headers = { "content-type": type };
    const url = "/auth/callback";
    await app.inject({ method: "POST", url, payload: "a=1", headers });
  }
  expect(seen).toEqual(["1", "1"]);
});

test("what is none of its routes is not found", async () => {
  const app = fastify();
  await app.register(oidcRoutes, { oidc: { path: "/auth", handle: async () => undefined } });
  for (const url of ["/auth/login", "/auth/other", "/other"]) {
    expect((await app.inject(url)).statusCode).toBe(404);
  }
});
