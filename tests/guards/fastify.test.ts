import { createSessions, SessionConfigError } from "@coatcheck/core";
import { type FastifyGuardOptions, fastifySession, requireUser } from "@coatcheck/fastify";
import { Visitor } from "@coatcheck/testkit";
import { type FastifyInstance, fastify } from "fastify";
import { afterEach, describe, expect, test } from "vitest";

let app: FastifyInstance;
afterEach(() => app.close());

async function visitorOf(): Promise<Visitor> {
  await app.listen({ port: 0, host: "127.0.0.1" });
  return new Visitor((app.server.address() as { port: number }).port);
}

const handler = async () => "in";

describe("a route's config", () => {
  test.each([
    [{}],
    [{ user: false }],
    [{ user: "yes" }],
    [{ user: false, freshLogin: "10m" }],
    [{ fresh: "10m" }],
    [{ user: true, fresh: "10m" }],
    [{ freshLogin: 600 }],
    [{ freshLogin: "ten minutes" }],
    [{ user: true, freshLogin: "" }],
    ["user"],
    [null],
  ])("is checked when the route is declared: %j", async (session) => {
    app = fastify();
    await app.register(fastifySession, { sessions: createSessions() });
    const declare = () => app.get("/", { config: { session: session as never } }, handler);
    expect(declare).toThrow(SessionConfigError);
  });

  test("the plugin's guard options are checked at once", async () => {
    app = fastify();
    const guard = { loginUrl: "//evil.example" };
    const registered = app.register(fastifySession, { sessions: createSessions(), guard });
    await expect(registered).rejects.toThrow(SessionConfigError);
  });

  test("holds for a route that was declared while the plugin was waiting", async () => {
    app = fastify();
    void app.register(fastifySession, { sessions: createSessions() });
    app.get("/", { config: { session: { user: true } } }, handler);
    app.get("/wrong", { config: { session: { user: "yes" } as never } }, handler);
    const visitor = await visitorOf();
    expect((await visitor.get("/")).status).toBe(401);
    expect((await visitor.get("/wrong")).status).toBe(500);
  });

  test("is about the plugin that was registered first, inside of others too", async () => {
    const [shop, admin] = [createSessions(), createSessions({ cookie: { name: "__Host-admin" } })];
    app = fastify();
    await app.register(fastifySession, { sessions: shop });
    await app.register(fastifySession, { sessions: admin, property: "adminSession" });
    const config = { session: { user: true } } as const;
    app.get("/shop", { config }, handler);
    app.get("/admin", { preHandler: requireUser(admin) }, handler);
    await app.register(async (inner) => {
      inner.get("/inner", { config }, handler);
    });
    app.post("/login/:where", (request) => {
      const { where } = request.params as { where: string };
      (where === "shop" ? shop : admin).of(request).login("ann");
      return "";
    });
    const visitor = await visitorOf();
    await visitor.post("/login/admin");
    const statuses = async () => {
      const answers = ["/shop", "/inner", "/admin"].map(async (path) => visitor.get(path));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([401, 401, 200]);
    await visitor.post("/login/shop");
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  test("a route that opted out has neither session nor guard, and one of all requests is closed", async () => {
    app = fastify();
    const sessions = createSessions();
    await app.register(fastifySession, { sessions, skip: ({ url }) => url === "/skipped" });
    app.get("/out", { config: { session: false } }, handler);
    app.get("/with", { config: { session: true } }, handler);
    app.get("/skipped", { config: { session: { user: true } } }, handler);
    const visitor = await visitorOf();
    expect((await visitor.get("/out")).body).toBe("in");
    expect((await visitor.get("/with")).body).toBe("in");
    expect((await visitor.get("/skipped")).status).toBe(500);
    expect((await visitor.get("/nowhere")).status).toBe(404);
  });

  test("answers before the body is read", async () => {
    app = fastify();
    let read = 0;
    app.addContentTypeParser("text/x", async () => {
      read++;
      return "";
    });
    await app.register(fastifySession, { sessions: createSessions() });
    app.post("/", { config: { session: { user: true } } }, handler);
    const visitor = await visitorOf();
    const headers = { "content-type": "text/x" };
    expect((await visitor.post("/", { headers })).status).toBe(401);
    expect(read).toBe(0);
  });
});

describe("onRefused", () => {
  /** A visitor of two routes that have it, by a hook and by the route's own word. */
  async function guardedBy(onRefused: NonNullable<FastifyGuardOptions["onRefused"]>) {
    app = fastify();
    const sessions = createSessions();
    await app.register(fastifySession, { sessions, guard: { onRefused } });
    app.get("/hook", { preHandler: requireUser(sessions, { onRefused }) }, handler);
    app.get("/config", { config: { session: { user: true } } }, handler);
    return visitorOf();
  }

  test("that does nothing lets nobody through", async () => {
    const seen: string[] = [];
    const onRefused = ({ code }: { code: string }): void => {
      seen.push(code);
    };
    const visitor = await guardedBy(onRefused);
    for (const path of ["/hook", "/config"]) {
      const answer = await visitor.get(path);
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([401, "unauthenticated"]);
    }
    expect(seen).toEqual(["unauthenticated", "unauthenticated"]);
  });

  test.each([undefined, null, 0])("that fails with %j lets nobody through", async (nothing) => {
    const onRefused = () => Promise.reject(nothing);
    const visitor = await guardedBy(onRefused);
    for (const path of ["/hook", "/config"]) {
      const answer = await visitor.get(path);
      expect([answer.status, answer.body]).not.toContain("in");
      expect(answer.status).toBe(500);
    }
  });
});
