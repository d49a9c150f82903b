import assert from "node:assert/strict";
import type { SessionStore } from "@coatcheck/core";
import type { StoreCase, StoreContext } from "../case.ts";
import { testId, testRecord } from "../records.ts";

const CALLS = 50;

/** `CALLS` answers to calls made at once, through both connections where there are two. */
function atOnce<T>(
  { store, peer }: StoreContext,
  call: (store: SessionStore, i: number) => T | Promise<T>,
): Promise<T[]> {
  const one = async (i: number): Promise<T> => call(i % 2 === 1 ? (peer ?? store) : store, i);
  return Promise.all(Array.from({ length: CALLS }, (_, i) => one(i)));
}

function times<T>(answers: readonly T[], wanted: T): number {
  return answers.filter((answer) => answer === wanted).length;
}

export const parallelCases: readonly StoreCase[] = [
  {
    name: "of parallel creates with one id exactly one takes place",
    async run(context) {
      const record = (i: number) => testRecord(context.clock(), "a", { data: `${i}` });
      const answers = await atOnce(context, (store, i) => store.create(record(i)));
      assert.equal(times(answers, "ok"), 1);
      assert.equal(times(answers, "exists"), CALLS - 1);
      const winner = answers.indexOf("ok");
      assert.deepEqual(await context.store.read(testId("a")), record(winner));
    },
  },
  {
    name: "of parallel updates of one version exactly one takes place",
    guarantee: [7],
    async run(context) {
      const record = testRecord(context.clock(), "a");
      await context.store.create(record);
      const next = (i: number) => ({ ...record, version: 2, data: `${i}` });
      const answers = await atOnce(context, (store, i) => store.update(next(i), 1));
      assert.equal(times(answers, "ok"), 1);
      assert.equal(times(answers, "stale"), CALLS - 1);
      assert.deepEqual(await context.store.read(record.id), next(answers.indexOf("ok")));
    },
  },
  {
    name: "parallel read-and-update loops lose no count",
    guarantee: [7],
    async run(context) {
      const { id } = testRecord(context.clock(), "a");
      await context.store.create(testRecord(context.clock(), "a", { data: "0" }));
      await atOnce(context, async (store) => {
        for (;;) {
          const found = await store.read(id);
          assert.ok(found);
          const next = { ...found, version: found.version + 1, data: `${Number(found.data) + 1}` };
          if ((await store.update(next, found.version)) === "ok") return;
        }
      });
      const end = await context.store.read(id);
      assert.equal(end?.data, `${CALLS}`);
      assert.equal(end?.version, CALLS + 1);
    },
  },
  {
    name: "of parallel destroys exactly one finds the record",
    guarantee: [6],
    async run(context) {
      const record = testRecord(context.clock(), "a");
      await context.store.create(record);
      const answers = await atOnce(context, (store) => store.destroy(record.id));
      assert.equal(times(answers, true), 1);
    },
  },
  {
    name: "a destroy among parallel updates and touches is final",
    guarantee: [6],
    async run(context) {
      const record = testRecord(context.clock(), "a");
      await context.store.create(record);
      const later = { lastSeenAt: record.lastSeenAt + 1, expiresAt: record.expiresAt + 1 };
      await atOnce<unknown>(context, (store, i) => {
        if (i === CALLS / 2) return store.destroy(record.id);
        return i % 3 === 0
          ? store.update({ ...record, version: 1, data: `${i}` }, 1)
          : store.touch(record.id, later);
      });
      assert.equal(await context.store.read(record.id), undefined);
      assert.equal(await context.store.destroy(record.id), false);
    },
  },
  {
    name: "parallel touches leave the latest times",
    async run(context) {
      const record = testRecord(context.clock(), "a");
      await context.store.create(record);
      const moved = (i: number) => ({
        lastSeenAt: record.lastSeenAt + i,
        expiresAt: record.expiresAt + i,
      });
      // Neither in rising nor in falling order.
      const answers = await atOnce(context, (store, i) =>
        store.touch(record.id, moved((i * 7) % CALLS)),
      );
      assert.equal(times(answers, "ok"), CALLS);
      assert.deepEqual(await context.store.read(record.id), { ...record, ...moved(CALLS - 1) });
    },
  },
  {
    name: "what one connection wrote, the other reads",
    async run({ store, peer = store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      assert.deepEqual(await peer.read(record.id), record);
      await peer.update({ ...record, version: 2 }, 1);
      assert.equal(await store.update({ ...record, version: 2 }, 1), "stale");
      await store.destroy(record.id);
      assert.equal(await peer.read(record.id), undefined);
    },
  },
];
