import assert from "node:assert/strict";
import type { StoreCase } from "../case.ts";
import { testLogin, testRecord, usersOf } from "../records.ts";

/** User ids that a careless store confuses with each other, or with its own syntax. */
const ODD_USER_IDS: readonly string[] = [
  "ann",
  "Ann",
  "ann ",
  " ann",
  "an",
  "ann%",
  "a_n",
  "%",
  "*",
  "a*n",
  "'",
  '"',
  "' OR ''='",
  "\\",
  "a:b",
  "a:b:c",
  "a/b",
  "{ann}",
  "ann\nann",
  "ann@example.com",
  "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
  "null",
  "undefined",
  "0",
  "1",
  "01",
  "1e0",
  "true",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "straße",
  "strasse",
  "\u00e9",
  "e\u0301",
  "e",
  "漢字",
  "👩‍👩‍👧",
  "👩",
  "x".repeat(255),
  "x".repeat(254),
  "漢".repeat(255),
];

export const userCases: readonly StoreCase[] = [
  {
    name: "odd user ids are kept to the letter",
    async run({ store, clock }) {
      for (const userId of ODD_USER_IDS) {
        const record = testLogin(clock(), userId, userId);
        assert.equal(await store.create(record), "ok");
        assert.deepEqual(await store.read(record.id), record);
      }
    },
  },
  {
    name: "odd user ids are not confused with each other",
    needs: ["byUser"],
    async run({ store, clock }) {
      const records = ODD_USER_IDS.map((userId) => testLogin(clock(), userId, userId));
      for (const record of records) await store.create(record);
      for (const [i, userId] of ODD_USER_IDS.entries()) {
        assert.deepEqual(await usersOf(store).list(userId), [records[i]]);
      }
      for (const [i, userId] of ODD_USER_IDS.entries()) {
        assert.deepEqual(await usersOf(store).destroy(userId), [records[i]?.id]);
      }
    },
  },
  {
    name: "odd user ids each have a limit of their own",
    guarantee: [9],
    needs: ["byUser"],
    async run({ store, clock }) {
      const limit = { perUser: 1, onLimit: "reject" } as const;
      for (const userId of ODD_USER_IDS) {
        assert.equal(await store.create(testLogin(clock(), userId, userId), limit), "ok");
        assert.equal(await store.create(testLogin(clock(), `${userId}2`, userId), limit), "full");
      }
    },
  },
  {
    name: "listByUser lists the sessions of that user alone, newest login first",
    needs: ["byUser"],
    async run({ store, clock }) {
      const now = clock();
      // The order of login is neither that of creation, nor of the last sight, nor of expiry.
      const first = testLogin(now, "1", "ann", { authenticatedAt: now - 30, lastSeenAt: now + 3 });
      const second = testLogin(now, "2", "ann", { authenticatedAt: now - 20, createdAt: now - 99 });
      const third = testLogin(now, "3", "ann", { authenticatedAt: now - 10, lastSeenAt: now - 5 });
      for (const record of [second, third, first]) await store.create(record);
      await store.create(testLogin(now, "bob's", "bob"));
      await store.create(testRecord(now, "nobody's"));
      assert.deepEqual(await usersOf(store).list("ann"), [third, second, first]);
      assert.deepEqual(await usersOf(store).list("nobody"), []);
    },
  },
  {
    name: "an anonymous session belongs to nobody",
    needs: ["byUser"],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      for (const userId of ["null", "", "undefined"]) {
        assert.deepEqual(await usersOf(store).list(userId), []);
        assert.deepEqual(await usersOf(store).destroy(userId), []);
      }
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "destroyByUser destroys all sessions of that user alone and names them",
    guarantee: [6],
    needs: ["byUser"],
    async run({ store, clock }) {
      const mine = ["1", "2", "3"].map((name) => testLogin(clock(), name, "ann"));
      const bobs = testLogin(clock(), "bob's", "bob");
      const nobodys = testRecord(clock(), "nobody's");
      for (const record of [...mine, bobs, nobodys]) await store.create(record);
      const destroyed = await usersOf(store).destroy("ann");
      assert.deepEqual([...destroyed].sort(), mine.map((record) => record.id).sort());
      for (const record of mine) {
        assert.equal(await store.read(record.id), undefined);
        assert.equal(await store.touch(record.id, record), "gone");
        assert.equal(await store.update({ ...record, version: 2 }, 1), "gone");
      }
      assert.deepEqual(await usersOf(store).list("ann"), []);
      assert.deepEqual(await store.read(bobs.id), bobs);
      assert.deepEqual(await store.read(nobodys.id), nobodys);
    },
  },
  {
    name: "destroyByUser spares except",
    needs: ["byUser"],
    async run({ store, clock }) {
      const [kept, lost] = [testLogin(clock(), "1", "ann"), testLogin(clock(), "2", "ann")];
      await store.create(kept);
      await store.create(lost);
      assert.deepEqual(await usersOf(store).destroy("ann", kept.id), [lost.id]);
      assert.deepEqual(await usersOf(store).list("ann"), [kept]);
    },
  },
  {
    name: "an except that is not of that user spares nothing",
    needs: ["byUser"],
    async run({ store, clock }) {
      const [mine, bobs] = [testLogin(clock(), "1", "ann"), testLogin(clock(), "2", "bob")];
      await store.create(mine);
      await store.create(bobs);
      assert.deepEqual(await usersOf(store).destroy("ann", bobs.id), [mine.id]);
      assert.deepEqual(await store.read(bobs.id), bobs);
    },
  },
  {
    name: "destroyByUser for a user without sessions names none",
    needs: ["byUser"],
    async run({ store, clock }) {
      assert.deepEqual(await usersOf(store).destroy("ann"), []);
      await store.create(testLogin(clock(), "1", "ann"));
      await usersOf(store).destroy("ann");
      assert.deepEqual(await usersOf(store).destroy("ann"), []);
    },
  },
];
