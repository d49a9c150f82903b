import assert from "node:assert/strict";
import type { StoreCase } from "../case.ts";
import { testLogin, testRecord } from "../records.ts";

export const touchCases: readonly StoreCase[] = [
  {
    name: "touch moves both times forward and changes nothing else",
    async run({ store, clock }) {
      const record = testLogin(clock(), "a", "ann", { version: 4 });
      await store.create(record);
      const times = { lastSeenAt: clock() + 500, expiresAt: record.expiresAt + 500 };
      assert.equal(await store.touch(record.id, times), "ok");
      assert.deepEqual(await store.read(record.id), { ...record, ...times });
    },
  },
  {
    name: "touch leaves a later lastSeenAt as it is",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const times = { lastSeenAt: record.lastSeenAt - 1, expiresAt: record.expiresAt + 1 };
      assert.equal(await store.touch(record.id, times), "ok");
      assert.deepEqual(await store.read(record.id), { ...record, expiresAt: times.expiresAt });
    },
  },
  {
    name: "touch leaves a later expiresAt as it is",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const times = { lastSeenAt: record.lastSeenAt + 1, expiresAt: record.expiresAt - 1 };
      assert.equal(await store.touch(record.id, times), "ok");
      assert.deepEqual(await store.read(record.id), { ...record, lastSeenAt: times.lastSeenAt });
    },
  },
  {
    name: "touch with a time long past does not end a record",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      assert.equal(await store.touch(record.id, { lastSeenAt: 0, expiresAt: 0 }), "ok");
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "touch does not make a concurrent update stale",
    guarantee: [7],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      await store.touch(record.id, { lastSeenAt: clock() + 1, expiresAt: record.expiresAt + 1 });
      assert.equal(await store.update({ ...record, version: 2, data: '"2"' }, 1), "ok");
    },
  },
  {
    name: "touch after an update keeps what the update wrote",
    guarantee: [7],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const next = { ...record, version: 2, data: '"2"', state: '"s2"', userId: "ann" };
      await store.update(next, 1);
      const times = { lastSeenAt: clock() + 1, expiresAt: record.expiresAt + 1 };
      await store.touch(record.id, times);
      assert.deepEqual(await store.read(record.id), { ...next, ...times });
    },
  },
  {
    name: "touch never brings a record back",
    guarantee: [6],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      const times = { lastSeenAt: clock() + 1, expiresAt: record.expiresAt + 1 };
      assert.equal(await store.touch(record.id, times), "gone");
      assert.equal(await store.read(record.id), undefined);
      await store.create(record);
      await store.destroy(record.id);
      assert.equal(await store.touch(record.id, times), "gone");
      assert.equal(await store.read(record.id), undefined);
      assert.equal(await store.update({ ...record, version: 2 }, 1), "gone");
    },
  },
];
