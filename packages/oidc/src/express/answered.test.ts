import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { resourceServer } from "../resource/resource-server.ts";
import { requireAccessToken } from "./access-token.ts";
import { oidcRoutes } from "./routes.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function ask(listener: RequestListener): Promise<Response> {
  const server = createServer(listener).listen(0);
  closing.push(() => server.close());
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/login`);
}

/** What a test run, and Node, take for a crash. */
function strays(): unknown[] {
  const seen: unknown[] = [];
  const note = (error: unknown) => void seen.push(error);
  process.on("unhandledRejection", note);
  closing.push(() => process.off("unhandledRejection", note));
  return seen;
}

const turn = () => new Promise((go) => setImmediate(go));

test("a time limit that has answered meanwhile makes an error of the late answer, and no crash", async () => {
  const seen = strays();
  const late = Promise.withResolvers<void>();
  const told = Promise.withResolvers<unknown>();
  const routes = oidcRoutes({
    async handle() {
      await late.promise;
      return { status: 303, headers: [["location", "https://id.example.com"]], body: "" };
    },
  });
  const response = await ask((request, response) => {
    routes(request, response, told.resolve);
    response.writeHead(503).end();
  });
  expect(response.status).toBe(503);
  late.resolve();
  expect(await told.promise).toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
  await turn();
  expect(seen).toEqual([]);
});

test("the same of a request without an access token", async () => {
  const seen = strays();
  const told = Promise.withResolvers<unknown>();
  const api = resourceServer({ issuer: "https://id.example.com", audience: "api" });
  const guard = requireAccessToken(api);
  await ask((request, response) => {
    guard(request, response, told.resolve);
    response.writeHead(503).end();
  });
  expect(await told.promise).toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
  await turn();
  expect(seen).toEqual([]);
});
