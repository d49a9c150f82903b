import assert from "node:assert/strict";
import type { SessionStore } from "@coatcheck/core";
import type { StoreCase } from "../case.ts";
import { evictedBy, testLogin, testRecord, usersOf } from "../records.ts";

const REJECT = { perUser: 2, onLimit: "reject" } as const;
const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;

/** Logins of ann, one millisecond after another. */
async function logins(store: SessionStore, now: number, count: number) {
  const records = Array.from({ length: count }, (_, i) => testLogin(now + i, `ann ${i}`, "ann"));
  for (const record of records) await store.create(record);
  return records;
}

export const limitOnCreateCases: readonly StoreCase[] = [
  {
    name: "create under the limit is an ordinary create",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a, b] = [testLogin(clock(), "a", "ann"), testLogin(clock(), "b", "ann")];
      assert.equal(await store.create(a, REJECT), "ok");
      assert.equal(await store.create(b, EVICT), "ok");
      assert.equal((await usersOf(store).list("ann")).length, 2);
    },
  },
  {
    name: "create over a rejecting limit answers full and writes nothing",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a, b] = await logins(store, clock(), 2);
      const third = testLogin(clock() + 9, "third", "ann");
      assert.equal(await store.create(third, REJECT), "full");
      assert.equal(await store.read(third.id), undefined);
      assert.deepEqual(await usersOf(store).list("ann"), [b, a]);
      assert.equal(await store.touch(third.id, third), "gone");
    },
  },
  {
    name: "create over an evicting limit destroys the smallest authenticatedAt and names it",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const now = clock();
      // The oldest login is the newest by every other time, and was written last.
      const newer = testLogin(now, "newer", "ann", { lastSeenAt: now - 99, createdAt: now - 99 });
      const oldest = testLogin(now, "oldest", "ann", {
        authenticatedAt: now - 50,
        lastSeenAt: now + 99,
        expiresAt: now + 99_000,
      });
      await store.create(newer);
      await store.create(oldest);
      const third = testLogin(now + 1, "third", "ann");
      assert.deepEqual(await store.create(third, EVICT), { evicted: [oldest.id] });
      assert.deepEqual(await usersOf(store).list("ann"), [third, newer]);
      assert.equal(await store.read(oldest.id), undefined);
    },
  },
  {
    name: "an evicted session stays destroyed",
    guarantee: [6, 9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a] = await logins(store, clock(), 2);
      assert.ok(a);
      await store.create(testLogin(clock() + 9, "third", "ann"), EVICT);
      assert.equal(await store.touch(a.id, a), "gone");
      assert.equal(await store.update({ ...a, version: 2 }, 1), "gone");
      assert.equal(await store.destroy(a.id), false);
    },
  },
  {
    name: "a limit lower than before evicts as many as it takes",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const records = await logins(store, clock(), 5);
      const sixth = testLogin(clock() + 9, "sixth", "ann");
      const evicted = evictedBy(await store.create(sixth, EVICT));
      const oldest = records.slice(0, 4).map((record) => record.id);
      assert.deepEqual([...evicted].sort(), oldest.sort());
      assert.deepEqual(await usersOf(store).list("ann"), [sixth, records[4]]);
    },
  },
  {
    name: "a limit of one leaves the new session alone",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a] = await logins(store, clock(), 1);
      const next = testLogin(clock() + 1, "next", "ann");
      const outcome = await store.create(next, { perUser: 1, onLimit: "evict-oldest" });
      assert.deepEqual(outcome, { evicted: [a?.id] });
      assert.deepEqual(await usersOf(store).list("ann"), [next]);
    },
  },
  {
    name: "the new session is never the one evicted, however old its login",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a, b] = await logins(store, clock(), 2);
      const old = testLogin(clock() - 1_000, "old", "ann", { expiresAt: clock() + 60_000 });
      assert.deepEqual(await store.create(old, EVICT), { evicted: [a?.id] });
      assert.deepEqual(await usersOf(store).list("ann"), [b, old]);
    },
  },
  {
    name: "among equal logins exactly one is evicted",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const now = clock();
      const equals = ["a", "b"].map((name) => testLogin(now, name, "ann"));
      for (const record of equals) await store.create(record);
      const third = testLogin(now, "third", "ann");
      const evicted = evictedBy(await store.create(third, EVICT));
      assert.equal(evicted.length, 1);
      const left = await usersOf(store).ids("ann");
      assert.equal(left.length, 2);
      assert.ok(left.includes(third.id));
      const all = [...equals, third].map((record) => record.id);
      assert.deepEqual([...left, ...evicted].sort(), all.sort());
    },
  },
  {
    name: "create of a taken id evicts nobody",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a, b] = await logins(store, clock(), 2);
      const taken = testRecord(clock(), "taken");
      await store.create(taken);
      assert.equal(await store.create(testLogin(clock() + 9, "taken", "ann"), EVICT), "exists");
      assert.deepEqual(await usersOf(store).list("ann"), [b, a]);
      assert.deepEqual(await store.read(taken.id), taken);
    },
  },
  {
    name: "an anonymous session is under no limit",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const limit = { perUser: 1, onLimit: "reject" } as const;
      assert.equal(await store.create(testRecord(clock(), "a"), limit), "ok");
      assert.equal(await store.create(testRecord(clock(), "b"), limit), "ok");
      assert.equal(
        await store.create(testRecord(clock(), "c"), { ...limit, onLimit: "evict-oldest" }),
        "ok",
      );
    },
  },
  {
    name: "the sessions of others do not count and are not evicted",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const records = await logins(store, clock(), 2);
      const bobs = ["1", "2"].map((name) => testLogin(clock(), name, "bob"));
      assert.equal(await store.create(bobs[0] as (typeof bobs)[0], REJECT), "ok");
      assert.equal(await store.create(bobs[1] as (typeof bobs)[0], EVICT), "ok");
      assert.deepEqual(await usersOf(store).list("ann"), records.reverse());
    },
  },
  {
    name: "expired sessions do not count and are not named as evicted",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      for (const name of ["1", "2"]) {
        await store.create(testLogin(clock(), name, "ann", { expiresAt: clock() + 10 }));
      }
      clock.advance(9);
      assert.equal(await store.create(testLogin(clock(), "3", "ann"), REJECT), "full");
      clock.advance(1);
      assert.equal(await store.create(testLogin(clock(), "3", "ann"), REJECT), "ok");
      assert.equal(await store.create(testLogin(clock(), "4", "ann"), EVICT), "ok");
      assert.equal((await usersOf(store).list("ann")).length, 2);
    },
  },
  {
    name: "destroyed sessions do not count",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a] = await logins(store, clock(), 2);
      assert.ok(a);
      await store.destroy(a.id);
      assert.equal(await store.create(testLogin(clock(), "3", "ann"), REJECT), "ok");
      await usersOf(store).destroy("ann");
      assert.equal(await store.create(testLogin(clock(), "4", "ann"), REJECT), "ok");
    },
  },
  {
    name: "without a limit there is none",
    needs: ["byUser"],
    async run({ store, clock }) {
      await logins(store, clock(), 12);
      assert.equal((await usersOf(store).list("ann")).length, 12);
    },
  },
];
