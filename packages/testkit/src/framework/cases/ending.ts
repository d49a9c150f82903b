import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { parseSetCookie } from "../jar.ts";
import { json, type TestRoute } from "../route.ts";
import { COOKIE } from "../visitor.ts";
import { basics, dataOf, eventsOf, idOf, known, member, ok } from "./basics.ts";
import { assertEnded, listable } from "./commits.ts";
import { type Halt, halt } from "./meet.ts";

function slowWrite(stop: Halt): TestRoute {
  return json(async ({ session }) => {
    await stop.here();
    session.set("slow", "1");
    return {};
  });
}

export const endingCases: readonly FrameworkCase[] = [
  {
    name: "a slow write does not undo a logout: nothing is written, and the cookie goes",
    asvs: ["7.4.1"],
    guarantee: [6],
    async run(context) {
      const slow = halt();
      const site = await context.serve({ ...basics, "/slow": slowWrite(slow) });
      const visitor = await known(site);
      const id = idOf(visitor);
      const [other, copy] = [visitor.twin(), visitor.twin()];
      const late = other.begin("GET", "/slow");
      await slow.arrived;
      ok(await visitor.get("/logout"));
      slow.leave();
      const answer = ok(await late.answer);
      assert.equal(answer.setCookies.length, 1);
      assert.match(answer.setCookies[0] as string, /=; Max-Age=0;/);
      assert.equal(other.token, undefined);
      await assertEnded(context, copy, id);
      assert.deepEqual(eventsOf(site, "commit-lost"), [{ id, reason: "gone" }]);
    },
  },
  {
    name: "a touch does not bring a revoked session back",
    asvs: ["7.4.1"],
    guarantee: [6],
    async run(context) {
      const slow = halt();
      const site = await context.serve({
        ...basics,
        "/slow-read": json(async ({ session }) => {
          await slow.here();
          return session.get("n");
        }),
      });
      const visitor = await known(site);
      const [id, copy] = [idOf(visitor), visitor.twin()];
      context.clock.advance(60_000);
      const late = visitor.begin("GET", "/slow-read");
      await slow.arrived;
      assert.equal(await site.sessions.revoke(id), true);
      slow.leave();
      ok(await late.answer);
      assert.equal(visitor.token, undefined);
      await assertEnded(context, copy, id);
    },
  },
  {
    name: "after a logout the old token opens nothing",
    asvs: ["7.4.1"],
    guarantee: [6],
    async run(context) {
      const site = await context.serve(basics, listable(context));
      const visitor = await member(site);
      const copy = visitor.twin();
      ok(await visitor.get("/logout"));
      assert.deepEqual(await dataOf(copy), {});
      assert.deepEqual(await site.sessions.list("ann"), []);
    },
  },
  {
    name: "revokeUser ends every session of a user but the one excepted",
    asvs: ["7.4.2", "7.4.5"],
    guarantee: [6],
    async run(context) {
      const site = await context.serve(basics, listable(context));
      const [here, there] = [await member(site), await member(site)];
      assert.equal(await site.sessions.revokeUser("ann", { except: idOf(here) }), 1);
      ok(await here.get("/write?a=1"));
      assert.deepEqual(await dataOf(here), { a: "1" });
      ok(await there.get("/read"));
      assert.deepEqual(await dataOf(there), {});
    },
  },
  {
    name: "regenerate starts an empty session, and the token of the one before neither opens nor overwrites",
    guarantee: [6],
    async run(context) {
      const site = await context.serve({
        ...basics,
        "/regenerate": json(({ session }) => {
          session.regenerate();
          session.set("fresh", "1");
          return { id: session.id };
        }),
      });
      const visitor = await known(site);
      const [id, stray] = [idOf(visitor), visitor.twin()];
      ok(await visitor.get("/regenerate"));
      assert.notEqual(idOf(visitor), id);
      assert.deepEqual(ok(await stray.get("/write?late=1")).setCookies, []);
      assert.deepEqual(await dataOf(stray), {});
      assert.deepEqual(await dataOf(visitor), { fresh: "1" });
      context.clock.advance(20_000);
      assert.deepEqual(await dataOf(stray), {});
    },
  },
  {
    name: "a logout clears the cookie with exactly the attributes it was set with",
    asvs: ["7.4.1", "7.4.4"],
    guarantee: [13],
    async run({ serve }) {
      for (const cookie of [
        undefined,
        {
          name: "__Secure-sid",
          domain: "example.com",
          path: "/app",
          sameSite: "none",
          partitioned: true,
        },
        { name: "sid", secure: false, sameSite: "strict", httpOnly: false },
      ] as const) {
        const site = await serve(basics, cookie && { cookie });
        const name = cookie?.name ?? COOKIE;
        const visitor = site.visitor();
        ok(await visitor.get("/login"));
        const set = visitor.jar.get(name);
        assert.ok(set, `no cookie ${name}`);
        const answer = ok(await visitor.get("/logout"));
        assert.equal(answer.setCookies.length, 1);
        const cleared = parseSetCookie(answer.setCookies[0] as string);
        assert.deepEqual(cleared, { name, value: "", attributes: `; Max-Age=0${set.attributes}` });
      }
    },
  },
  {
    name: "a logout without a session sets nothing",
    asvs: ["7.4.4"],
    guarantee: [13],
    async run({ serve }) {
      const site = await serve(basics);
      const answer = ok(await site.visitor().get("/logout"));
      assert.deepEqual(answer.setCookies, []);
    },
  },
];
