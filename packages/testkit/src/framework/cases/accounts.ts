import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { COOKIE } from "../visitor.ts";
import { basics, bodyOf, dataOf, dataWith, idOf, member, ok, tokenOf, userOf } from "./basics.ts";
import { listable } from "./commits.ts";
import { halt } from "./meet.ts";

export const accountCases: readonly FrameworkCase[] = [
  {
    name: "an account that is closed is logged out everywhere, by a request in its middle too, and nobody else is",
    asvs: ["7.4.2"],
    guarantee: [6],
    async run(context) {
      const slow = halt();
      const site = await context.serve(
        {
          ...basics,
          "/slow": json(async ({ session }) => {
            await slow.here();
            session.set("late", "1");
            session.rotate();
            return {};
          }),
        },
        listable(context),
      );
      const devices = [await member(site), await member(site), await member(site)];
      const bob = await member(site, "bob");
      const copy = devices[0]?.twin();
      const late = devices[0]?.begin("GET", "/slow");
      await slow.arrived;
      assert.equal(await site.sessions.revokeUser("ann"), 3);
      slow.leave();
      ok(await (late?.answer ?? assert.fail()));
      for (const device of [...devices, copy]) {
        assert.equal(await userOf(device ?? assert.fail()), null);
      }
      assert.equal(await userOf(bob), "bob");
      assert.deepEqual(await site.sessions.list("ann"), []);
    },
  },
  {
    name: "revokeOthers leaves the session that asks for it, under a new token, and no other of the user",
    asvs: ["7.4.3", "7.2.4"],
    guarantee: [4, 6],
    async run(context) {
      const site = await context.serve(
        {
          ...basics,
          "/change-password": json(async ({ session }) => {
            // The manager is known by then.
            return { ended: await site.sessions.revokeOthers(session) };
          }),
        },
        listable(context),
      );
      const [here, there] = [await member(site), await member(site)];
      const bob = await member(site, "bob");
      const [id, stolen] = [idOf(here), here.twin()];
      assert.deepEqual(bodyOf(await here.get("/change-password")), { ended: 1 });
      assert.notEqual(tokenOf(here), tokenOf(stolen));
      const users = [await userOf(here), await userOf(there), await userOf(stolen)];
      assert.deepEqual(users, ["ann", null, null]);
      assert.equal(await userOf(bob), "bob");
      assert.deepEqual(
        (await site.sessions.list("ann")).map((one) => one.id),
        [id],
      );
    },
  },
  {
    name: "under another cookie name every token of before is worthless, whoever holds it",
    asvs: ["7.4.5"],
    guarantee: [3],
    async run({ serve }) {
      const before = await serve(basics);
      const visitors = [await member(before), await member(before, "bob")];
      // The same store, and where there are keys the same ones.
      const after = await serve(basics, { cookie: { name: "__Host-id2" } });
      for (const visitor of visitors) {
        for (const name of [COOKIE, "__Host-id2"]) {
          assert.deepEqual(await dataWith(after, `${name}=${tokenOf(visitor)}`), {});
          const headers = { cookie: `${name}=${tokenOf(visitor)}` };
          const who = bodyOf(await after.visitor().get("/who", { headers }));
          assert.equal((who as { userId: unknown }).userId, null);
        }
      }
      const again = after.visitor();
      ok(await again.get("/login"));
      assert.equal(await userOf(again), "ann");
    },
  },
  {
    name: "a user's list names each session, the current one too, and tells no token",
    asvs: ["7.5.2", "3.3.4"],
    guarantee: [15],
    async run(context) {
      const site = await context.serve(
        {
          ...basics,
          "/devices": json(({ session }) =>
            site.sessions.list(session.userId ?? "", { current: session.id }),
          ),
        },
        listable(context),
      );
      const [here, there] = [await member(site), await member(site)];
      await member(site, "bob");
      const answer = ok(await here.get("/devices"));
      const listed = bodyOf(answer) as { id: string; current: boolean }[];
      assert.deepEqual(
        listed.map(({ id, current }) => [id, current]).toSorted(),
        [
          [idOf(here), true],
          [idOf(there), false],
        ].toSorted(),
      );
      for (const token of [here, there].map(tokenOf)) {
        const [, secret = token] = token.split(".");
        assert.ok(!answer.body.includes(secret), "the list holds a secret");
      }
      for (const { id } of listed) {
        for (const forged of [id, `${id}.${"A".repeat(43)}`]) {
          assert.deepEqual(await dataWith(site, `${COOKIE}=${forged}`), {}, "an id opens nothing");
        }
      }
    },
  },
  {
    name: "a user ends one session of theirs by its id, or all but the current one",
    asvs: ["7.5.2"],
    guarantee: [6],
    async run(context) {
      const site = await context.serve(basics, listable(context));
      const devices = [await member(site), await member(site), await member(site)] as const;
      const users = async () => [
        await userOf(devices[0]),
        await userOf(devices[1]),
        await userOf(devices[2]),
      ];
      assert.equal(await site.sessions.revoke(idOf(devices[1])), true);
      const copies = devices.map((device) => device.twin());
      assert.deepEqual(await users(), ["ann", null, "ann"]);
      assert.equal(await site.sessions.revokeUser("ann", { except: idOf(devices[0]) }), 1);
      assert.deepEqual(await users(), ["ann", null, null]);
      for (const copy of copies.slice(1)) assert.deepEqual(await dataOf(copy), {});
    },
  },
];
