import type { AddressInfo } from "node:net";
import { createSessions } from "@coatcheck/core";
import { Visitor } from "@coatcheck/testkit";
import type { DynamicModule } from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { afterEach, describe, expect, test } from "vitest";
import { applicationOf, MERCURIUS } from "./application.ts";
import { plainSockets, type SocketLibrary, socketIo } from "./sockets.ts";

const platforms: [string, () => AbstractHttpAdapter][] = [
  ["Nest on Express", () => new ExpressAdapter()],
  ["Nest on Fastify", () => new FastifyAdapter({ forceCloseConnections: true })],
];
const MINUTE = 60_000;

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  adapter: AbstractHttpAdapter,
  sockets: SocketLibrary = plainSockets,
  graphql?: DynamicModule,
) {
  let now = 2_000_000_000_000;
  const sessions = createSessions({ clock: () => now, timeouts: { idle: "2h" } });
  const app = await NestFactory.create(applicationOf(sessions, graphql), adapter, {
    logger: false,
    forceCloseConnections: true,
  });
  app.useWebSocketAdapter(sockets.adapterFor(app));
  await app.listen(0, "127.0.0.1");
  cleanups.push(() => app.close());
  const { port } = app.getHttpServer().address() as AddressInfo;
  const visitor = new Visitor(port);
  const connect = async (path = "/chat", headers: Record<string, string> = {}) => {
    const cookie = visitor.jar.header;
    const connection = await sockets.connect(port, path, { ...(cookie && { cookie }), ...headers });
    cleanups.push(() => connection.close());
    return connection;
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  return { sessions, port, visitor, connect, wait };
}

/** Sends a GraphQL document, and gives the value of its field, or its error. */
async function query(
  port: number,
  visitor: Visitor,
  text: string,
): Promise<{ data: unknown; error: Record<string, unknown> | undefined }> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(visitor.jar.header && { cookie: visitor.jar.header }),
    },
    body: JSON.stringify({ query: text }),
  });
  const { data, errors } = (await response.json()) as {
    data: Record<string, unknown> | null;
    errors?: { extensions: Record<string, unknown> }[];
  };
  return { data: data && Object.values(data)[0], error: errors?.[0]?.extensions };
}

describe.each(platforms)("%s: one application", (_, adapter) => {
  describe("a controller", () => {
    test("is for who is logged in, but for what is public", async () => {
      const { visitor } = await serve(adapter());
      expect((await visitor.get("/hello")).body).toBe('{"hello":"stranger"}');
      expect((await visitor.get("/me")).status).toBe(401);
      expect((await visitor.post("/logout")).status).toBe(401);
      await visitor.post("/login");
      expect((await visitor.get("/hello")).body).toBe('{"hello":"ann"}');
      expect((await visitor.get("/me")).body).toBe('{"me":"ann"}');
    });

    test("ASVS 7.5.1: wants a fresh login where it says so", async () => {
      const { visitor, wait } = await serve(adapter());
      await visitor.post("/login");
      expect((await visitor.post("/email")).body).toBe('{"changed":"ann"}');
      wait(10 * MINUTE + 1);
      expect((await visitor.post("/email")).status).toBe(401);
      expect((await visitor.get("/me")).status).toBe(200);
    });
  });

  describe("a GraphQL resolver", () => {
    test("is for who is logged in, but for what is public", async () => {
      const { port, visitor } = await serve(adapter());
      expect((await query(port, visitor, "{ hello }")).data).toBe("stranger");
      const { data, error } = await query(port, visitor, "{ me }");
      expect(data).toBeNull();
      expect(error).toMatchObject({
        code: "UNAUTHENTICATED",
        originalError: { code: "unauthenticated", status: 401, login_url: "/login" },
      });
      await visitor.post("/login");
      expect((await query(port, visitor, "{ hello }")).data).toBe("ann");
      expect((await query(port, visitor, "{ me }")).data).toBe("ann");
    });

    test("ASVS 7.5.1: wants a fresh login where it says so", async () => {
      const { port, visitor, wait } = await serve(adapter());
      await visitor.post("/login");
      expect((await query(port, visitor, "mutation { email }")).data).toBe("ann");
      wait(10 * MINUTE + 1);
      const { error } = await query(port, visitor, "mutation { email }");
      expect(error).toMatchObject({
        code: "UNAUTHENTICATED",
        originalError: { code: "stale-login", max_age: 600 },
      });
      expect((await query(port, visitor, "{ me }")).data).toBe("ann");
    });
  });

  describe.each([plainSockets, socketIo])("a gateway on $name", (sockets) => {
    test("is for who is logged in, but for what is public", async () => {
      const { visitor, connect } = await serve(adapter(), sockets);
      const stranger = await connect();
      expect(await stranger.ask("hello")).toEqual({ event: "hello", data: "stranger" });
      expect(await stranger.ask("me")).toMatchObject({
        event: "exception",
        data: { code: "unauthenticated", status: 401, login_url: "/login" },
      });
      await visitor.post("/login");
      const ann = await connect();
      expect(await ann.ask("hello")).toEqual({ event: "hello", data: "ann" });
      expect(await ann.ask("me")).toEqual({ event: "me", data: "ann" });
      // The login was another connection's.
      expect(await stranger.ask("me")).toMatchObject({ event: "exception" });
    });

    test("ASVS 7.5.1: wants a fresh login where it says so", async () => {
      const { visitor, connect, wait } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const ann = await connect();
      expect(await ann.ask("email")).toEqual({ event: "email", data: "ann" });
      wait(10 * MINUTE + 1);
      expect(await ann.ask("email")).toMatchObject({
        event: "exception",
        data: { code: "stale-login", max_age: 600 },
      });
      expect(await ann.ask("me")).toEqual({ event: "me", data: "ann" });
    });

    test("ASVS 7.4.1: G6 a session that has ended since is refused at the next message", async () => {
      const { sessions, visitor, connect } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const [one, two] = [await connect(), await connect()];
      expect(await one.ask("me")).toEqual({ event: "me", data: "ann" });
      await sessions.revokeUser("ann");
      for (const connection of [one, two, one]) {
        const answer = await connection.ask("me");
        expect(answer).toMatchObject({ event: "exception", data: { code: "unauthenticated" } });
      }
    });

    test("ASVS 7.4.1: G6 what is public does not take a connection for a user who has left", async () => {
      const { sessions, visitor, connect } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const connection = await connect();
      expect(await connection.ask("hello")).toEqual({ event: "hello", data: "ann" });
      await sessions.revokeUser("ann");
      expect(await connection.ask("hello")).toEqual({ event: "hello", data: "stranger" });
    });

    test("ASVS 7.2.4: a connection of before a login is worthless after it", async () => {
      const { visitor, connect } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const before = await connect();
      expect(await before.ask("me")).toEqual({ event: "me", data: "ann" });
      await visitor.post("/login");
      expect(await before.ask("me")).toMatchObject({ data: { code: "unauthenticated" } });
      expect(await (await connect()).ask("me")).toEqual({ event: "me", data: "ann" });
    });

    test("the messages keep the session alive", async () => {
      const { visitor, connect, wait } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const ann = await connect();
      for (let i = 0; i < 3; i++) {
        wait(90 * MINUTE);
        expect(await ann.ask("me")).toEqual({ event: "me", data: "ann" });
      }
      expect((await visitor.get("/me")).status).toBe(200);
    });

    // Browsers send the cookie with a connection from any page (CSWSH), and CORS does not apply.
    test("G17: a connection of another site's page is closed", async () => {
      const { port, visitor, connect } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const foreign = await connect("/chat", { origin: "https://evil.example" });
      await foreign.closed;
      const own = await connect("/chat", { origin: `http://127.0.0.1:${port}` });
      expect(await own.ask("me")).toEqual({ event: "me", data: "ann" });
    });

    test("one that has forgotten to bind its clients is closed to all", async () => {
      const { visitor, connect } = await serve(adapter(), sockets);
      await visitor.post("/login");
      const answer = await (await connect("/forgotten")).ask("me");
      expect(answer).toMatchObject({
        event: "exception",
        data: { message: "Internal server error" },
      });
    });
  });
});

test("ASVS 7.5.1: a resolver on Mercurius has the same guard", async () => {
  const { port, visitor, wait } = await serve(new FastifyAdapter(), plainSockets, MERCURIUS);
  expect((await query(port, visitor, "{ hello }")).data).toBe("stranger");
  const { data, error } = await query(port, visitor, "{ me }");
  expect(data ?? null).toBeNull();
  expect(error).toMatchObject({
    code: "UNAUTHENTICATED",
    originalError: { code: "unauthenticated", status: 401, login_url: "/login" },
  });
  await visitor.post("/login");
  expect((await query(port, visitor, "{ me }")).data).toBe("ann");
  expect((await query(port, visitor, "mutation { email }")).data).toBe("ann");
  wait(10 * MINUTE + 1);
  const stale = await query(port, visitor, "mutation { email }");
  expect(stale.error).toMatchObject({ originalError: { code: "stale-login", max_age: 600 } });
});
