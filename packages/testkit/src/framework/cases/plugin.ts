import assert from "node:assert/strict";
import { Agent } from "node:http";
import { createSessions, memoryStore } from "@coatcheck/core";
import { countingStore } from "../../store/counting.ts";
import type { FrameworkCase } from "../case.ts";
import type { TestData, TestSessions } from "../harness.ts";
import { json, redirect, text } from "../route.ts";
import { basics, bodyOf, callsOf, dataOf, known, member, ok, tokenOf } from "./basics.ts";
import { storedChange } from "./commits.ts";

export const pluginCases: readonly FrameworkCase[] = [
  {
    name: "sessions.of finds the session by the framework's request and by Node's own",
    needs: ["of"],
    async run({ serve }) {
      let sessions: TestSessions | undefined;
      const site = await serve({
        ...basics,
        "/of": json(({ request, raw, session }) => {
          const found = [sessions?.of(request), sessions?.of(raw)];
          return { same: found.every((it) => it === session), n: found[0]?.get("n") };
        }),
      });
      sessions = site.sessions;
      const visitor = await known(site);
      assert.deepEqual(bodyOf(await visitor.get("/of")), { same: true, n: "1" });
    },
  },
  {
    name: "sessions.of where the route opted out is a clear error",
    needs: ["of", "optOut"],
    async run({ serve }) {
      let sessions: TestSessions | undefined;
      let code: unknown;
      const site = await serve({
        "/static": {
          reply: "json",
          session: false,
          handle: ({ request }) => {
            try {
              sessions?.of(request);
            } catch (error) {
              code = (error as { code?: unknown }).code;
            }
            return {};
          },
        },
      });
      sessions = site.sessions;
      ok(await site.visitor().get("/static"));
      assert.equal(code, "not-loaded");
    },
  },
  {
    name: "assigning to the session is an error that says what to call instead",
    needs: ["of"],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/assign": json(({ request }) => {
          try {
            (request as { session: unknown }).session = null;
            return { refused: false };
          } catch (error) {
            return { refused: true, message: (error as Error).message };
          }
        }),
      });
      const visitor = await known(site);
      const answer = bodyOf(await visitor.get("/assign")) as { refused: boolean; message: string };
      assert.equal(answer.refused, true);
      assert.match(answer.message, /destroy\(\)/);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "a flash message crosses a redirect once, and a page that does not ask leaves it alone",
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/submit": redirect(({ session }) => {
          session.flash("notice", "saved");
          return "/page";
        }),
        "/page": json(({ session }) => session.get("notice") ?? null),
        "/shown": json(({ session }) => ({ notice: session.get("notice") ?? null })),
      });
      const visitor = await known(site);
      const answer = await visitor.post("/submit");
      assert.equal(answer.status, 302);
      assert.equal(answer.headers.location, "/page");
      ok(await visitor.get("/untouched"));
      assert.deepEqual(bodyOf(await visitor.get("/shown")), { notice: "saved" });
      assert.deepEqual(bodyOf(await visitor.get("/shown")), { notice: null });
    },
  },
  {
    name: "two requests on one socket keep their sessions apart",
    guarantee: [3],
    async run({ serve }) {
      const site = await serve(basics);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        const [ann, bob] = [await member(site, "ann"), await member(site, "bob")];
        for (const [visitor, user] of [
          [ann, "ann"],
          [bob, "bob"],
          [ann, "ann"],
          [site.visitor(), null],
        ] as const) {
          const { userId } = bodyOf(await visitor.get("/who", { agent })) as { userId: unknown };
          assert.equal(userId, user);
        }
        ok(await ann.get("/write?a=1", { agent }));
        assert.deepEqual(bodyOf(await ann.get("/read", { agent })), { a: "1" });
        assert.deepEqual(bodyOf(await bob.get("/read", { agent })), {});
      } finally {
        agent.destroy();
      }
    },
  },
  {
    name: "two managers live side by side on one application",
    needs: ["managers"],
    async run({ serve }) {
      const adminStore = countingStore(memoryStore());
      const site = await serve(
        {
          ...basics,
          "/admin": json(({ sessionAt }) => {
            sessionAt("admin").set("role", "root");
            return {};
          }),
          "/both": json(({ session, sessionAt }) => {
            session.set("a", "1");
            sessionAt("admin").set("b", "2");
            return {};
          }),
          "/see": json(({ session, sessionAt }) => [
            { ...session.data },
            { ...sessionAt("admin").data },
          ]),
        },
        {
          others: (clock) => [
            {
              property: "admin",
              lazy: false,
              sessions: createSessions<TestData>({
                storage: adminStore,
                cookie: { name: "__Host-admin" },
                clock,
              }),
            },
          ],
        },
      );
      const visitor = site.visitor();
      const admin = ok(await visitor.get("/admin"));
      assert.equal(admin.setCookies.length, 1);
      assert.match(admin.setCookies[0] as string, /^__Host-admin=/);
      assert.deepEqual(callsOf(site), {});
      const both = ok(await visitor.get("/both"));
      assert.equal(both.setCookies.length, 1, "the admin session has its cookie already");
      assert.deepEqual(bodyOf(await visitor.get("/see")), [{ a: "1" }, { role: "root", b: "2" }]);
      const fresh = site.visitor();
      assert.equal(ok(await fresh.get("/both")).setCookies.length, 2);
      assert.notEqual(tokenOf(fresh), tokenOf(visitor));
    },
  },
  {
    name: "a failed commit of one manager of two is a 503 that changes neither cookie",
    guarantee: [10],
    needs: ["managers"],
    async run(context) {
      const { change, method } = storedChange(context);
      const admin = (clock: () => number): TestSessions =>
        createSessions<TestData>({ cookie: { name: "__Host-admin" }, clock });
      const site = await context.serve(
        {
          ...basics,
          "/both": json((handler) => {
            change(handler);
            handler.sessionAt("admin").set("b", "2");
            return {};
          }),
        },
        { others: (clock) => [{ property: "admin", lazy: false, sessions: admin(clock) }] },
      );
      const visitor = await known(site);
      site.faults.plan([{ kind: "fail", method }]);
      const answer = await visitor.get("/both");
      assert.equal(answer.status, 503, answer.body);
      assert.equal(visitor.jar.get("__Host-id")?.value, tokenOf(visitor));
      site.faults.plan();
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "a path that no route answers does no harm to a session",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const answer = await visitor.get("/nowhere");
      assert.ok(answer.status === 404 || answer.status === 500, `status ${answer.status}`);
      assert.deepEqual(answer.setCookies, []);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "a handler that changes nothing answers as if there were no session layer",
    async run({ serve }) {
      const site = await serve({ ...basics, "/plain": text(() => "plain") });
      const answer = ok(await site.visitor().get("/plain"));
      assert.equal(answer.body, "plain");
      assert.equal(answer.headers["cache-control"], undefined);
    },
  },
];
