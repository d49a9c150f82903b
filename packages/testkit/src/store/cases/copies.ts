import assert from "node:assert/strict";
import type { StoreCase } from "../case.ts";
import { evictedBy, testLogin, testRecord, usersOf } from "../records.ts";

/** Overwrites what it can: a store may hand out frozen objects. */
function spoil(value: object): void {
  for (const key of Object.keys(value)) Reflect.set(value, key, "spoilt");
}

export const copyCases: readonly StoreCase[] = [
  {
    name: "changing a record after create does not change what is stored",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      const handed = { ...record };
      await store.create(handed);
      spoil(handed);
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "changing a record after update does not change what is stored",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const next = { ...record, version: 2, data: '"2"' };
      const handed = { ...next };
      await store.update(handed, 1);
      spoil(handed);
      assert.deepEqual(await store.read(record.id), next);
    },
  },
  {
    name: "changing the times after touch does not change what is stored",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const times = { lastSeenAt: clock() + 1, expiresAt: record.expiresAt + 1 };
      const handed = { ...times };
      await store.touch(record.id, handed);
      spoil(handed);
      assert.deepEqual(await store.read(record.id), { ...record, ...times });
    },
  },
  {
    name: "changing what read handed out does not change what is stored",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const found = await store.read(record.id);
      assert.ok(found);
      spoil(found);
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "a record handed out does not follow later changes",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const found = await store.read(record.id);
      await store.update({ ...record, version: 2, data: '"2"' }, 1);
      await store.touch(record.id, { lastSeenAt: clock() + 1, expiresAt: record.expiresAt + 1 });
      assert.deepEqual(found, record);
    },
  },
  {
    name: "changing what listByUser handed out does not change what is stored",
    needs: ["byUser"],
    async run({ store, clock }) {
      const record = testLogin(clock(), "a", "ann");
      await store.create(record);
      const list = await usersOf(store).list("ann");
      for (const found of list) spoil(found);
      list.length = 0;
      assert.deepEqual(await usersOf(store).list("ann"), [record]);
    },
  },
  {
    name: "changing the lists of destroyed ids does not change what is stored",
    needs: ["byUser"],
    async run({ store, clock }) {
      const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
      await store.create(testLogin(clock(), "a", "ann"));
      const later = testLogin(clock() + 1, "b", "ann");
      spoil(evictedBy(await store.create(later, limit)));
      assert.deepEqual(await usersOf(store).list("ann"), [later]);
      spoil(await usersOf(store).destroy("ann", later.id));
      assert.deepEqual(await usersOf(store).list("ann"), [later]);
    },
  },
];
