import assert from "node:assert/strict";
import type { SessionRecord, SessionStore } from "@coatcheck/core";
import type { StoreCase } from "../case.ts";
import { evictedBy, testLogin, testRecord, usersOf } from "../records.ts";

const REJECT = { perUser: 2, onLimit: "reject" } as const;
const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;

/** Two logins of ann, the older first, and an anonymous session that is about to log in as her. */
async function aboutToLogIn(store: SessionStore, now: number) {
  const older = testLogin(now - 2, "older", "ann", { expiresAt: now + 60_000 });
  const newer = testLogin(now - 1, "newer", "ann", { expiresAt: now + 60_000 });
  const visitor = testRecord(now, "visitor");
  for (const record of [older, newer, visitor]) await store.create(record);
  const login: SessionRecord = { ...visitor, version: 2, userId: "ann", authenticatedAt: now };
  return { older, newer, visitor, login };
}

export const limitOnUpdateCases: readonly StoreCase[] = [
  {
    name: "a login under the limit is an ordinary update",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, login } = await aboutToLogIn(store, clock());
      await store.destroy(older.id);
      assert.equal(await store.update(login, 1, REJECT), "ok");
      assert.deepEqual(await usersOf(store).list("ann"), [login, newer]);
    },
  },
  {
    name: "a login over a rejecting limit answers full and writes nothing",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, visitor, login } = await aboutToLogIn(store, clock());
      assert.equal(await store.update(login, 1, REJECT), "full");
      assert.deepEqual(await store.read(visitor.id), visitor);
      assert.deepEqual(await usersOf(store).list("ann"), [newer, older]);
    },
  },
  {
    name: "a login over an evicting limit destroys the oldest and names it",
    guarantee: [6, 9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, login } = await aboutToLogIn(store, clock());
      assert.deepEqual(await store.update(login, 1, EVICT), { evicted: [older.id] });
      assert.deepEqual(await usersOf(store).list("ann"), [login, newer]);
      assert.equal(await store.touch(older.id, older), "gone");
      assert.equal(await store.update({ ...older, version: 2 }, 1), "gone");
    },
  },
  {
    name: "a stale or gone login evicts nobody",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, visitor, login } = await aboutToLogIn(store, clock());
      assert.equal(await store.update(login, 7, EVICT), "stale");
      await store.destroy(visitor.id);
      assert.equal(await store.update(login, 1, EVICT), "gone");
      assert.deepEqual(await usersOf(store).list("ann"), [newer, older]);
    },
  },
  {
    name: "a session does not count as one of the others",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer } = await aboutToLogIn(store, clock());
      const again = { ...older, version: 2, data: '"2"' };
      assert.equal(await store.update(again, 1, REJECT), "ok");
      assert.equal(await store.update({ ...again, version: 3 }, 2, EVICT), "ok");
      assert.deepEqual(await usersOf(store).ids("ann"), [newer.id, older.id]);
    },
  },
  {
    name: "an update under a lower limit evicts others, even if its own login is the oldest",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer } = await aboutToLogIn(store, clock());
      const again = { ...older, version: 2 };
      const outcome = await store.update(again, 1, { perUser: 1, onLimit: "evict-oldest" });
      assert.deepEqual(outcome, { evicted: [newer.id] });
      assert.deepEqual(await usersOf(store).list("ann"), [again]);
    },
  },
  {
    name: "an update under a lower rejecting limit answers full",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer } = await aboutToLogIn(store, clock());
      const limit = { perUser: 1, onLimit: "reject" } as const;
      assert.equal(await store.update({ ...older, version: 2 }, 1, limit), "full");
      assert.deepEqual(await usersOf(store).list("ann"), [newer, older]);
    },
  },
  {
    name: "a change of user counts the sessions of the new one",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer } = await aboutToLogIn(store, clock());
      const bobs = testLogin(clock(), "bob's", "bob");
      await store.create(bobs);
      const becomesAnn = { ...bobs, version: 2, userId: "ann" };
      assert.equal(await store.update(becomesAnn, 1, REJECT), "full");
      assert.deepEqual(await store.update(becomesAnn, 1, EVICT), { evicted: [older.id] });
      assert.deepEqual(await usersOf(store).list("ann"), [becomesAnn, newer]);
      assert.deepEqual(await usersOf(store).list("bob"), []);
    },
  },
  {
    name: "a session that logs out makes room",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, login } = await aboutToLogIn(store, clock());
      const tombstone = { ...older, version: 2, userId: null, authenticatedAt: null };
      assert.equal(await store.update(tombstone, 1, REJECT), "ok");
      assert.equal(await store.update(login, 1, REJECT), "ok");
      assert.deepEqual(await usersOf(store).list("ann"), [login, newer]);
    },
  },
  {
    name: "expired sessions do not count against a login",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, login } = await aboutToLogIn(store, clock());
      await store.update({ ...older, version: 2, expiresAt: clock() + 10 }, 1);
      clock.advance(10);
      assert.equal(await store.update(login, 1, EVICT), "ok");
      assert.deepEqual(await usersOf(store).list("ann"), [login, newer]);
    },
  },
  {
    name: "among equal logins a login evicts exactly one, and not itself",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const { older, newer, login } = await aboutToLogIn(store, clock());
      for (const record of [older, newer]) {
        await store.update({ ...record, version: 2, authenticatedAt: clock() }, 1);
      }
      const evicted = evictedBy(await store.update(login, 1, EVICT));
      assert.equal(evicted.length, 1);
      const left = await usersOf(store).ids("ann");
      assert.deepEqual([...left, ...evicted].sort(), [older.id, newer.id, login.id].sort());
      assert.ok(left.includes(login.id));
    },
  },
];
