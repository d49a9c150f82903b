import assert from "node:assert/strict";
import type { StoreCase } from "../case.ts";
import { testRecord } from "../records.ts";

export const updateCases: readonly StoreCase[] = [
  {
    name: "update replaces every field",
    async run({ store, clock }) {
      const now = clock();
      await store.create(testRecord(now, "a"));
      const next = testRecord(now, "a", {
        version: 2,
        userId: "ann",
        createdAt: now + 1,
        authenticatedAt: now + 2,
        lastSeenAt: now + 3,
        expiresAt: now + 90_000,
        state: '{"v":2}',
        data: '{"cart":["apple"]}',
      });
      assert.equal(await store.update(next, 1), "ok");
      assert.deepEqual(await store.read(next.id), next);
    },
  },
  {
    name: "update moves times back too",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const earlier = {
        ...record,
        version: 2,
        createdAt: record.createdAt - 10,
        lastSeenAt: record.lastSeenAt - 10,
        expiresAt: record.expiresAt - 10,
      };
      assert.equal(await store.update(earlier, 1), "ok");
      assert.deepEqual(await store.read(record.id), earlier);
    },
  },
  {
    name: "update answers stale for any other version and writes nothing",
    guarantee: [7],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", { version: 5 });
      await store.create(record);
      const next = { ...record, version: 6, data: '"lost"' };
      assert.equal(await store.update(next, 4), "stale");
      assert.equal(await store.update(next, 6), "stale");
      assert.equal(await store.update(next, 0), "stale");
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "update compares with the version stored last",
    guarantee: [7],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      assert.equal(await store.update({ ...record, version: 2, data: '"2"' }, 1), "ok");
      assert.equal(await store.update({ ...record, version: 2, data: '"late"' }, 1), "stale");
      assert.equal(await store.update({ ...record, version: 3, data: '"3"' }, 2), "ok");
      assert.deepEqual(await store.read(record.id), { ...record, version: 3, data: '"3"' });
    },
  },
  {
    name: "update answers gone for an unknown id and never creates",
    guarantee: [6],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      assert.equal(await store.update(record, 1), "gone");
      assert.equal(await store.update(record, 0), "gone");
      assert.equal(await store.read(record.id), undefined);
      assert.equal(await store.create(record), "ok");
    },
  },
  {
    name: "update answers gone for a destroyed id and never brings it back",
    guarantee: [6],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      await store.destroy(record.id);
      assert.equal(await store.update({ ...record, version: 2 }, 1), "gone");
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "an update of a record that was destroyed and created anew is stale",
    guarantee: [6, 7],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", { version: 2 });
      await store.create(record);
      await store.destroy(record.id);
      const anew = testRecord(clock(), "a", { version: 1, data: '"anew"' });
      await store.create(anew);
      assert.equal(await store.update({ ...record, version: 3 }, 2), "stale");
      assert.deepEqual(await store.read(record.id), anew);
    },
  },
];
