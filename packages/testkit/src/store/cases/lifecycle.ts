import assert from "node:assert/strict";
import type { SessionId } from "@coatcheck/core";
import type { StoreCase } from "../case.ts";
import { testId, testRecord } from "../records.ts";

export const lifecycleCases: readonly StoreCase[] = [
  {
    name: "an empty store answers every question about an unknown id with nothing",
    async run({ store, clock }) {
      const record = testRecord(clock(), "unknown");
      assert.equal(await store.read(record.id), undefined);
      assert.equal(await store.update(record, 1), "gone");
      assert.equal(await store.touch(record.id, record), "gone");
      assert.equal(await store.destroy(record.id), false);
    },
  },
  {
    name: "create keeps every field of an anonymous record",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      assert.equal(await store.create(record), "ok");
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "create keeps every field of a logged-in record",
    async run({ store, clock }) {
      const now = clock();
      const record = testRecord(now, "a", {
        version: 7,
        userId: "ann",
        createdAt: now - 3,
        authenticatedAt: now - 2,
        lastSeenAt: now - 1,
        expiresAt: now + 86_400_000 * 400,
      });
      assert.equal(await store.create(record), "ok");
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "create answers exists for a taken id and writes nothing",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      const other = testRecord(clock(), "a", { data: '"other"', version: 9, userId: "ann" });
      assert.equal(await store.create(other), "exists");
      assert.deepEqual(await store.read(record.id), record);
    },
  },
  {
    name: "ids that differ only in upper and lower case are different sessions",
    async run({ store, clock }) {
      const upper = testRecord(clock(), "upper", { id: "ABCDEFGHIJKLMNOPQRSTUA" as SessionId });
      const lower = testRecord(clock(), "lower", { id: "abcdefghijklmnopqrstuA" as SessionId });
      assert.equal(await store.create(upper), "ok");
      assert.equal(await store.read(lower.id), undefined);
      assert.equal(await store.create(lower), "ok");
      assert.deepEqual(await store.read(upper.id), upper);
      assert.deepEqual(await store.read(lower.id), lower);
      assert.equal(await store.destroy(upper.id), true);
      assert.deepEqual(await store.read(lower.id), lower);
    },
  },
  {
    name: "ids with - and _ are as good as any",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", { id: "-_--__---___----____-A" as SessionId });
      assert.equal(await store.create(record), "ok");
      assert.deepEqual(await store.read(record.id), record);
      assert.equal(await store.destroy(record.id), true);
    },
  },
  {
    name: "destroy answers true for a live record, false the second time",
    guarantee: [6],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      assert.equal(await store.destroy(record.id), true);
      assert.equal(await store.read(record.id), undefined);
      assert.equal(await store.destroy(record.id), false);
    },
  },
  {
    name: "destroy leaves nothing that could be updated or touched",
    guarantee: [6],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      await store.destroy(record.id);
      assert.equal(await store.update({ ...record, version: 2 }, 1), "gone");
      assert.equal(await store.touch(record.id, record), "gone");
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "destroy frees the id",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      await store.destroy(record.id);
      const again = testRecord(clock(), "a", { data: '"again"', version: 3 });
      assert.equal(await store.create(again), "ok");
      assert.deepEqual(await store.read(record.id), again);
    },
  },
  {
    name: "what happens to one session happens to no other",
    async run({ store, clock }) {
      const [a, b] = [testRecord(clock(), "a"), testRecord(clock(), "b")];
      await store.create(a);
      await store.create(b);
      await store.update({ ...a, version: 2, data: '"new"' }, 1);
      await store.touch(a.id, { lastSeenAt: clock() + 1, expiresAt: a.expiresAt + 1 });
      assert.deepEqual(await store.read(b.id), b);
      await store.destroy(a.id);
      assert.deepEqual(await store.read(b.id), b);
      assert.equal(await store.read(testId("a")), undefined);
    },
  },
];
