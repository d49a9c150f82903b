import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { basics, dataOf, eventsOf, idOf, known, member, ok, tokenOf, userOf } from "./basics.ts";
import { listable } from "./commits.ts";
import { halt } from "./meet.ts";

export const loginCases: readonly FrameworkCase[] = [
  {
    name: "the token known before a login is worthless after it, at once",
    asvs: ["7.2.4"],
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(basics);
      const victim = await known(site);
      const attacker = victim.twin();
      const before = tokenOf(victim);
      ok(await victim.get("/login?user=ann"));
      assert.notEqual(tokenOf(victim), before);
      assert.deepEqual(await dataOf(attacker), {});
      assert.deepEqual([await userOf(attacker), await userOf(victim)], [null, "ann"]);
    },
  },
  {
    name: "a write with the token from before a login neither lands nor overwrites the new cookie",
    asvs: ["7.2.4"],
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(basics);
      const victim = await known(site);
      const stray = victim.twin();
      ok(await victim.get("/login?user=ann"));
      const answer = ok(await stray.get("/write?planted=1"));
      assert.deepEqual(answer.setCookies, []);
      assert.deepEqual(await dataOf(victim), { n: "1" });
    },
  },
  {
    name: "a request in flight during a login gets no token of the logged-in session",
    asvs: ["7.2.4"],
    guarantee: [4],
    async run({ serve }) {
      const slow = halt();
      const site = await serve({
        ...basics,
        "/slow": json(async ({ session }) => {
          await slow.here();
          session.rotate();
          session.set("slow", "1");
          return {};
        }),
      });
      const victim = await known(site);
      const attacker = victim.twin();
      const late = attacker.begin("GET", "/slow");
      await slow.arrived;
      ok(await victim.get("/login?user=ann"));
      slow.leave();
      assert.deepEqual(ok(await late.answer).setCookies, []);
      assert.deepEqual(await dataOf(attacker), {});
      assert.equal(await userOf(victim), "ann");
    },
  },
  {
    name: "logging in again gives a new token too, and the one from before is worthless, at once",
    asvs: ["7.2.4"],
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await member(site);
      ok(await visitor.get("/write?n=1"));
      const [id, stolen] = [idOf(visitor), visitor.twin()];
      ok(await visitor.get("/login?user=ann"));
      assert.notEqual(tokenOf(visitor), tokenOf(stolen));
      assert.equal(idOf(visitor), id);
      assert.deepEqual([await userOf(visitor), await userOf(stolen)], ["ann", null]);
      assert.deepEqual([await dataOf(visitor), await dataOf(stolen)], [{ n: "1" }, {}]);
    },
  },
  {
    name: "by default an anonymous session's data survives its login",
    guarantee: [4],
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const id = idOf(visitor);
      ok(await visitor.get("/login"));
      assert.equal(idOf(visitor), id, "the id is constant through a login");
      assert.deepEqual(await dataOf(visitor), { n: "1" });
    },
  },
  {
    name: "keep names what survives a login",
    guarantee: [4],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/keep": json(({ session }) => {
          session.login("ann", { keep: ["cart"] });
          session.set("after", "login");
          return {};
        }),
      });
      const visitor = site.visitor();
      ok(await visitor.get("/write?cart=apple&theme=dark"));
      ok(await visitor.get("/keep"));
      assert.deepEqual(await dataOf(visitor), { cart: "apple", after: "login" });
    },
  },
  {
    name: "another user's login starts a new session and drops the data of the old one",
    asvs: ["7.2.4"],
    guarantee: [4],
    async run(context) {
      const site = await context.serve(basics, listable(context));
      const visitor = await member(site, "ann");
      ok(await visitor.get("/write?secret=ann's"));
      const before = { id: idOf(visitor), twin: visitor.twin() };
      ok(await visitor.get("/login?user=bob"));
      assert.notEqual(idOf(visitor), before.id);
      assert.deepEqual(await dataOf(visitor), {});
      assert.deepEqual(await dataOf(before.twin), {});
      assert.deepEqual(await site.sessions.list("ann"), []);
      assert.deepEqual(
        (await site.sessions.list("bob")).map(({ id }) => id),
        [idOf(visitor)],
      );
    },
  },
  {
    name: "a login tells the client by one Set-Cookie, and remember makes it last",
    guarantee: [4],
    async run({ serve }) {
      const site = await serve({
        ...basics,
        "/remember": json(({ session }) => {
          session.login("ann", { remember: true });
          return {};
        }),
      });
      const brief = ok(await site.visitor().get("/login"));
      assert.equal(brief.setCookies.length, 1);
      assert.doesNotMatch(brief.setCookies[0] as string, /Max-Age|Expires/i);
      const lasting = ok(await site.visitor().get("/remember"));
      assert.equal(lasting.setCookies.length, 1);
      assert.match(lasting.setCookies[0] as string, /; Max-Age=43200;/);
      assert.equal(eventsOf(site, "login").length, 2);
    },
  },
];
