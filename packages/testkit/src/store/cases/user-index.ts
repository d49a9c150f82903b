import assert from "node:assert/strict";
import type { StoreCase } from "../case.ts";
import { testLogin, testRecord, usersOf } from "../records.ts";

export const userIndexCases: readonly StoreCase[] = [
  {
    name: "an update from nobody to a user lists the session under the user",
    needs: ["byUser"],
    async run({ store, clock }) {
      const anonymous = testRecord(clock(), "a");
      await store.create(anonymous);
      const login = { ...anonymous, version: 2, userId: "ann", authenticatedAt: clock() };
      assert.equal(await store.update(login, 1), "ok");
      assert.deepEqual(await usersOf(store).list("ann"), [login]);
    },
  },
  {
    name: "an update from one user to another moves the session",
    needs: ["byUser"],
    async run({ store, clock }) {
      const anns = testLogin(clock(), "a", "ann");
      await store.create(anns);
      const bobs = { ...anns, version: 2, userId: "bob" };
      await store.update(bobs, 1);
      assert.deepEqual(await usersOf(store).list("ann"), []);
      assert.deepEqual(await usersOf(store).list("bob"), [bobs]);
      assert.deepEqual(await usersOf(store).destroy("ann"), []);
      assert.deepEqual(await store.read(anns.id), bobs);
    },
  },
  {
    name: "an update from a user to nobody lists the session no more",
    needs: ["byUser"],
    async run({ store, clock }) {
      const login = testLogin(clock(), "a", "ann");
      await store.create(login);
      const tombstone = { ...login, version: 2, userId: null, authenticatedAt: null };
      await store.update(tombstone, 1);
      assert.deepEqual(await usersOf(store).list("ann"), []);
      assert.deepEqual(await usersOf(store).destroy("ann"), []);
      assert.deepEqual(await store.read(login.id), tombstone);
    },
  },
  {
    name: "a refused update leaves the session under its user",
    needs: ["byUser"],
    async run({ store, clock }) {
      const login = testLogin(clock(), "a", "ann");
      await store.create(login);
      assert.equal(await store.update({ ...login, version: 9, userId: "bob" }, 8), "stale");
      assert.deepEqual(await usersOf(store).list("ann"), [login]);
      assert.deepEqual(await usersOf(store).list("bob"), []);
    },
  },
  {
    name: "a new login of the same user changes the order",
    needs: ["byUser"],
    async run({ store, clock }) {
      const now = clock();
      const [a, b] = [testLogin(now, "a", "ann"), testLogin(now + 1, "b", "ann")];
      await store.create(a);
      await store.create(b);
      assert.deepEqual(await usersOf(store).ids("ann"), [b.id, a.id]);
      await store.update({ ...a, version: 2, authenticatedAt: now + 2 }, 1);
      assert.deepEqual(await usersOf(store).ids("ann"), [a.id, b.id]);
    },
  },
  {
    name: "touch does not change the order",
    needs: ["byUser"],
    async run({ store, clock }) {
      const now = clock();
      const [a, b] = [testLogin(now, "a", "ann"), testLogin(now + 1, "b", "ann")];
      await store.create(a);
      await store.create(b);
      await store.touch(a.id, { lastSeenAt: now + 9, expiresAt: a.expiresAt + 9 });
      assert.deepEqual(await usersOf(store).ids("ann"), [b.id, a.id]);
    },
  },
  {
    name: "the list shows what update and touch wrote last",
    needs: ["byUser"],
    async run({ store, clock }) {
      const login = testLogin(clock(), "a", "ann");
      await store.create(login);
      const next = { ...login, version: 2, data: '"2"', state: '"s"' };
      await store.update(next, 1);
      const times = { lastSeenAt: clock() + 5, expiresAt: login.expiresAt + 5 };
      await store.touch(login.id, times);
      assert.deepEqual(await usersOf(store).list("ann"), [{ ...next, ...times }]);
    },
  },
  {
    name: "touch keeps a session in the list past its first expiry",
    needs: ["byUser"],
    async run({ store, clock }) {
      const login = testLogin(clock(), "a", "ann", { expiresAt: clock() + 10 });
      await store.create(login);
      const times = { lastSeenAt: clock() + 5, expiresAt: clock() + 20 };
      await store.touch(login.id, times);
      clock.advance(15);
      assert.deepEqual(await usersOf(store).list("ann"), [{ ...login, ...times }]);
    },
  },
  {
    name: "a destroyed session is listed no more",
    guarantee: [6],
    needs: ["byUser"],
    async run({ store, clock }) {
      const [a, b] = [testLogin(clock(), "a", "ann"), testLogin(clock(), "b", "ann")];
      await store.create(a);
      await store.create(b);
      await store.destroy(a.id);
      assert.deepEqual(await usersOf(store).list("ann"), [b]);
      assert.equal(await store.touch(a.id, a), "gone");
      assert.equal(await store.update({ ...a, version: 2 }, 1), "gone");
      assert.deepEqual(await usersOf(store).list("ann"), [b]);
    },
  },
  {
    name: "an id created again after its record expired is listed under its new user alone",
    needs: ["byUser"],
    async run({ store, clock }) {
      await store.create(testLogin(clock(), "a", "ann", { expiresAt: clock() + 1 }));
      clock.advance(1);
      const bobs = testLogin(clock(), "a", "bob");
      assert.equal(await store.create(bobs), "ok");
      assert.deepEqual(await usersOf(store).list("ann"), []);
      assert.deepEqual(await usersOf(store).list("bob"), [bobs]);
    },
  },
];
