import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import {
  basics,
  bodyOf,
  dataOf,
  eventsOf,
  idOf,
  known,
  member,
  ok,
  query,
  userOf,
} from "./basics.ts";
import { assertEnded } from "./commits.ts";
import { halt, meetingOf } from "./meet.ts";

const WRITERS = 8;

export const inFlightCases: readonly FrameworkCase[] = [
  {
    name: "writes of an anonymous visitor under way at the login are kept with it, and bring no token of it",
    asvs: ["7.2.4"],
    guarantee: [4, 7],
    storage: "server-side",
    async run({ serve }) {
      const meet = meetingOf(WRITERS);
      const slow = halt();
      const site = await serve({
        ...basics,
        "/slow": json(async ({ session, raw }) => {
          await meet();
          await slow.here();
          session.set(query(raw).get("key") ?? "", "1");
          return {};
        }),
      });
      const visitor = await known(site);
      const copies = Array.from({ length: WRITERS }, () => visitor.twin());
      const late = copies.map((copy, at) => copy.begin("GET", `/slow?key=k${at}`));
      await slow.arrived;
      ok(await visitor.get("/login"));
      slow.leave();
      for (const { answer } of late) assert.deepEqual(ok(await answer).setCookies, []);
      const keys = Array.from({ length: WRITERS }, (_, at) => [`k${at}`, "1"]);
      assert.deepEqual(await dataOf(visitor), { n: "1", ...Object.fromEntries(keys) });
      for (const copy of copies) assert.deepEqual(await dataOf(copy), {});
      assert.equal(await userOf(visitor), "ann");
    },
  },
  {
    name: "a write that the store is about to take when the login overtakes it is made again on the login, and brings no token",
    asvs: ["7.2.4"],
    guarantee: [4, 7],
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const copy = visitor.twin();
      site.parking.park("update");
      const late = copy.begin("GET", "/write?late=1");
      await site.parking.parked();
      // What waits goes on waiting, and nothing else does.
      site.parking.park("sweep");
      ok(await visitor.get("/login"));
      site.parking.park();
      assert.deepEqual(ok(await late.answer).setCookies, []);
      assert.deepEqual(await dataOf(visitor), { n: "1", late: "1" });
      assert.deepEqual(await dataOf(copy), {});
      assert.equal(eventsOf(site, "conflict").length, 1);
    },
  },
  {
    name: "a login that the store is about to take when a write overtakes it loses neither, and ends the token of both",
    asvs: ["7.2.4"],
    guarantee: [4, 7],
    storage: "server-side",
    async run({ serve }) {
      const site = await serve(basics);
      const visitor = await known(site);
      const copy = visitor.twin();
      site.parking.park("update");
      const login = visitor.begin("GET", "/login");
      await site.parking.parked();
      site.parking.park("sweep");
      ok(await copy.get("/write?early=1"));
      site.parking.park();
      ok(await login.answer);
      assert.deepEqual(await dataOf(visitor), { n: "1", early: "1" });
      assert.deepEqual([await userOf(visitor), await userOf(copy)], ["ann", null]);
      assert.deepEqual(await dataOf(copy), {});
    },
  },
  {
    name: "no write of a user under way at the logout undoes it, however many there are",
    asvs: ["7.4.1"],
    guarantee: [6],
    async run(context) {
      const meet = meetingOf(WRITERS);
      const slow = halt();
      const site = await context.serve({
        ...basics,
        "/slow": json(async ({ session, raw }) => {
          await meet();
          await slow.here();
          const { userId = null } = session;
          session.set(query(raw).get("key") ?? "", "1");
          if (query(raw).get("key") === "k0") session.rotate();
          return { userId };
        }),
      });
      const visitor = await member(site);
      ok(await visitor.get("/write?n=1"));
      const [id, copy] = [idOf(visitor), visitor.twin()];
      const tabs = Array.from({ length: WRITERS }, () => visitor.twin());
      const late = tabs.map((tab, at) => tab.begin("GET", `/slow?key=k${at}`));
      await slow.arrived;
      ok(await visitor.get("/logout"));
      slow.leave();
      for (const { answer } of late) {
        // It runs to its end with what it read.
        assert.deepEqual(bodyOf(await answer), { userId: "ann" });
      }
      for (const tab of tabs) {
        assert.equal(tab.token, undefined, "the answer must remove the cookie");
        assert.equal(await userOf(tab), null);
      }
      await assertEnded(context, copy, id);
      assert.equal(await userOf(copy), null);
      assert.equal(eventsOf(site, "commit-lost").length, WRITERS);
    },
  },
  {
    name: "a write that the store is about to take when the logout overtakes it finds nothing to write to",
    asvs: ["7.4.1"],
    guarantee: [6],
    storage: "server-side",
    async run(context) {
      const site = await context.serve(basics);
      const visitor = await member(site);
      ok(await visitor.get("/write?n=1"));
      const [id, copy, tab] = [idOf(visitor), visitor.twin(), visitor.twin()];
      site.parking.park("update");
      const late = tab.begin("GET", "/write?late=1");
      await site.parking.parked();
      site.parking.park("sweep");
      ok(await visitor.get("/logout"));
      site.parking.park();
      ok(await late.answer);
      assert.equal(tab.token, undefined);
      await assertEnded(context, copy, id);
      assert.deepEqual(eventsOf(site, "commit-lost"), [{ id, reason: "gone" }]);
    },
  },
  {
    name: "a logout that the store is about to take when a write overtakes it takes the write along",
    asvs: ["7.4.1"],
    guarantee: [6],
    storage: "server-side",
    async run(context) {
      const site = await context.serve(basics);
      const visitor = await member(site);
      ok(await visitor.get("/write?n=1"));
      const [id, copy, tab] = [idOf(visitor), visitor.twin(), visitor.twin()];
      site.parking.park("destroy");
      const logout = visitor.begin("GET", "/logout");
      await site.parking.parked();
      for (const path of ["/write?late=1", "/rotate", "/login"]) ok(await tab.get(path));
      site.parking.park();
      ok(await logout.answer);
      assert.equal(visitor.token, undefined);
      await assertEnded(context, copy, id);
      assert.equal(await userOf(tab), null);
    },
  },
];
