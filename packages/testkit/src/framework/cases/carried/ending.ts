import assert from "node:assert/strict";
import { createSessions, memoryStore } from "@coatcheck/core";
import type { FrameworkCase, FrameworkContext } from "../../case.ts";
import type { TestSessions } from "../../harness.ts";
import { basics, dataOf, eventsOf, idOf, known, member, ok, userOf } from "../basics.ts";
import { halt } from "../meet.ts";

/** Another process that remembers in the same store. */
function elsewhere({ storage, store, clock }: FrameworkContext): TestSessions {
  assert.ok(storage);
  return createSessions({ storage: storage({ revocation: store }), clock });
}

const CONFIG = { code: "config" };

export const carriedEndingCases: readonly FrameworkCase[] = [
  {
    name: "a token of a session that ended is refused, and the event says why",
    asvs: ["7.4.1"],
    guarantee: [3, 6],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const id = idOf(visitor);
      const copy = visitor.twin();
      ok(await visitor.get("/logout"));
      for (const wait of [0, 20_000, 25 * 60_000]) {
        clock.advance(wait);
        assert.deepEqual(await dataOf(copy), {});
      }
      const rejected = eventsOf(site, "token-rejected");
      assert.deepEqual(rejected, Array(3).fill({ id, reason: "revoked" }));
    },
  },
  {
    name: "revokeUser ends logins that nobody has written down, and does not know how many",
    asvs: ["7.4.2"],
    guarantee: [6],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      const [here, there] = [await member(site), await member(site)];
      const bob = await member(site, "bob");
      assert.equal(await site.sessions.revokeUser("ann", { except: idOf(here) }), Number.NaN);
      assert.deepEqual([await userOf(here), await userOf(there)], ["ann", null]);
      assert.equal(await userOf(bob), "bob");
      // At the same moment of the clock, and not put out.
      ok(await there.get("/login"));
      assert.equal(await userOf(there), "ann");
      assert.equal(await site.sessions.revokeUser("ann"), Number.NaN);
      assert.deepEqual([await userOf(here), await userOf(there)], [null, null]);
    },
  },
  {
    name: "without limits.perUser a user's sessions cannot be listed, which is a clear error",
    guarantee: [6],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics);
      await member(site);
      await assert.rejects(site.sessions.list("ann"), { ...CONFIG, option: "limits.perUser" });
    },
  },
  {
    name: "with limits.perUser they are listed, and the one that is revoked ends",
    asvs: ["7.5.2"],
    guarantee: [6, 9],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics, { limits: { perUser: 5 } });
      const visitors = [await member(site), await member(site)];
      const ids = visitors.map(idOf);
      const listed = async (): Promise<string[]> =>
        (await site.sessions.list("ann")).map(({ id }) => id);
      assert.deepEqual((await listed()).toSorted(), ids.toSorted());
      assert.equal(await site.sessions.revoke(ids[0] as string), true);
      assert.deepEqual(await listed(), ids.slice(1));
      assert.equal(await site.sessions.revokeUser("ann"), 1);
      for (const visitor of visitors) assert.deepEqual(await dataOf(visitor), {});
    },
  },
  {
    name: "with a staleness an end elsewhere is seen so late, and no later",
    guarantee: [6],
    storage: "token",
    async run(context) {
      const { serve, store, clock } = context;
      const site = await serve(basics, {
        token: { revocation: { store, staleness: "5s" } },
      });
      const visitor = await known(site);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      assert.equal(await elsewhere(context).revoke(idOf(visitor)), true);
      clock.advance(4_999);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      clock.advance(1);
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
  {
    name: 'limit of revocation "none": a copied token stays good after the logout',
    guarantee: [6],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics, { token: { revocation: "none" } });
      const visitor = await known(site);
      const copy = visitor.twin();
      ok(await visitor.get("/logout"));
      assert.equal(visitor.token, undefined);
      assert.deepEqual(await dataOf(copy), { n: "1" });
    },
  },
  {
    name: 'limit of revocation "none": a slow write after a logout brings the cookie back',
    guarantee: [6],
    storage: "token",
    async run({ serve }) {
      const slow = halt();
      const site = await serve(
        {
          ...basics,
          "/slow": {
            reply: "json",
            handle: async ({ session }) => {
              await slow.here();
              session.set("slow", "1");
              return {};
            },
          },
        },
        { token: { revocation: "none" } },
      );
      const visitor = await known(site);
      const late = visitor.begin("GET", "/slow");
      await slow.arrived;
      ok(await visitor.get("/logout"));
      slow.leave();
      ok(await late.answer);
      assert.deepEqual(await dataOf(visitor), { n: "1", slow: "1" });
      assert.equal(eventsOf(site, "commit-lost").length, 0);
    },
  },
  {
    name: 'limit of revocation "none": a write with the token from before a login undoes the login',
    guarantee: [4],
    storage: "token",
    async run({ serve }) {
      const site = await serve(basics, { token: { revocation: "none" } });
      const victim = await known(site);
      const stray = victim.twin();
      ok(await victim.get("/login?user=ann"));
      const answer = ok(await stray.get("/write?planted=1"));
      // The browser that gets this answer last is nobody's again. It is never somebody else's.
      victim.jar.receive(answer.setCookies);
      assert.equal(await userOf(victim), null);
      assert.deepEqual(await dataOf(victim), { n: "1", planted: "1" });
    },
  },
  {
    name: 'limit of revocation "none": a token that was rotated away stays good, and no theft is noticed',
    guarantee: [5],
    storage: "token",
    async run({ serve, clock }) {
      const site = await serve(basics, { token: { revocation: "none" } });
      const visitor = await known(site);
      const thief = visitor.twin();
      ok(await visitor.get("/rotate"));
      ok(await visitor.get("/read"));
      clock.advance(20_000);
      assert.deepEqual(await dataOf(thief), { n: "1" });
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
  {
    name: 'revocation "none": what needs a memory is a clear error, and an event says what is given up',
    guarantee: [6, 9],
    storage: "token",
    async run({ serve, storage, clock }) {
      const site = await serve(basics, { token: { revocation: "none" } });
      const visitor = await member(site);
      await assert.rejects(site.sessions.revoke(idOf(visitor)), CONFIG);
      await assert.rejects(site.sessions.revokeUser("ann"), CONFIG);
      await assert.rejects(site.sessions.list("ann"), CONFIG);
      assert.ok(storage);
      const none = storage({ revocation: "none" });
      assert.throws(() => createSessions({ storage: none, limits: { perUser: 5 }, clock }), CONFIG);
      assert.doesNotThrow(() =>
        createSessions({
          storage: storage({ revocation: memoryStore({ clock }) }),
          limits: { perUser: 5 },
          clock,
        }),
      );
      assert.deepEqual(
        eventsOf(site, "warning").map(({ code }) => code),
        ["no-revocation"],
      );
    },
  },
];
