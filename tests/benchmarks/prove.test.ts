import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions, type Sessions } from "@coatcheck/core";
import { expressSession } from "@coatcheck/express";
import { afterEach, expect, test } from "vitest";
import { Connection } from "../../benchmarks/tax/client/connection.ts";
import { prove } from "../../benchmarks/tax/measure/prove.ts";
import { coatcheck } from "../../benchmarks/tax/servers/coatcheck.ts";
import type { Deeds } from "../../benchmarks/tax/servers/deeds.ts";
import { routesOf } from "../../benchmarks/tax/servers/routes.ts";
import { DATA, type Data } from "../../benchmarks/tax/servers/texts.ts";

type Broken = Partial<Deeds<IncomingMessage, unknown>>;
type Breaking = (sessions: Sessions<Data>) => Broken;

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A server of ours, of which something may be broken. */
async function proof(breaking: Breaking = () => ({})): Promise<void> {
  const sessions = createSessions<Data>();
  const session = expressSession(sessions);
  const deeds = { ...coatcheck<IncomingMessage>(sessions), ...breaking(sessions) };
  const routes = new Map(routesOf(deeds).map(({ path, handler }) => [path, handler]));
  server = createServer((request, response) => {
    session(request, response, async () => {
      const text = await routes.get(request.url ?? "")?.(request, response);
      response.setHeader("content-length", text?.length ?? 0).end(text);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const connection = await Connection.open((server.address() as AddressInfo).port);
  try {
    await prove(connection, { framework: "express", name: "x", kind: "ours", storage: "memory" });
  } finally {
    connection.close();
  }
}

test("a server that does what it claims is proved", async () => {
  await proof();
});

test("one that forgets a write is not", async () => {
  await expect(proof(() => ({ write: () => undefined }))).rejects.toThrow("forgets a write");
});

test("one that forgets a login is not", async () => {
  await expect(proof(() => ({ user: () => undefined }))).rejects.toThrow("forgets a login");
});

test("one that knows everybody is not", async () => {
  await expect(proof(() => ({ read: () => DATA.name }))).rejects.toThrow(
    "knows a visitor that is new",
  );
});

test("one that gives cookies for nothing is not", async () => {
  const eager: Breaking = (sessions) => ({
    read(request) {
      const session = sessions.of(request);
      session.set("theme", "dark");
      return session.get("name");
    },
  });
  await expect(proof(eager)).rejects.toThrow("a cookie for nothing");
});
