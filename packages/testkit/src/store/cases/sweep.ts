import assert from "node:assert/strict";
import type { SessionStore } from "@coatcheck/core";
import type { StoreCase } from "../case.ts";
import { testLogin, testRecord, usersOf } from "../records.ts";

/** Sweeps until nothing is left to remove, since one call may stop early; how many went in all. */
async function sweepAll(store: SessionStore): Promise<number> {
  let total = 0;
  for (;;) {
    const count = (await store.sweep?.()) ?? 0;
    total += count;
    if (count === 0) return total;
  }
}

export const sweepCases: readonly StoreCase[] = [
  {
    name: "sweep of an empty store removes nothing",
    needs: ["sweep"],
    async run({ store }) {
      assert.equal(await store.sweep?.(), 0);
    },
  },
  {
    name: "sweep removes what has expired, counts it and leaves the living",
    needs: ["sweep"],
    async run({ store, clock }) {
      const live = testLogin(clock(), "live", "ann", { expiresAt: clock() + 11 });
      await store.create(live);
      for (const name of ["1", "2", "3"]) {
        await store.create(testRecord(clock(), name, { expiresAt: clock() + 10 }));
      }
      clock.advance(9);
      assert.equal(await sweepAll(store), 0);
      clock.advance(1);
      assert.equal(await sweepAll(store), 3);
      assert.equal(await sweepAll(store), 0);
      assert.deepEqual(await store.read(live.id), live);
    },
  },
  {
    name: "sweep spares what touch has prolonged",
    needs: ["sweep"],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", { expiresAt: clock() + 10 });
      await store.create(record);
      await store.touch(record.id, { lastSeenAt: clock() + 5, expiresAt: clock() + 20 });
      clock.advance(15);
      assert.equal(await sweepAll(store), 0);
      assert.equal((await store.read(record.id))?.data, record.data);
      clock.advance(5);
      assert.equal(await sweepAll(store), 1);
    },
  },
  {
    name: "what was swept stays gone, and its id is free",
    guarantee: [6],
    needs: ["sweep"],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", { expiresAt: clock() + 10 });
      await store.create(record);
      clock.advance(10);
      await sweepAll(store);
      const later = { lastSeenAt: clock(), expiresAt: clock() + 10 };
      assert.equal(await store.touch(record.id, later), "gone");
      assert.equal(await store.update({ ...record, ...later, version: 2 }, 1), "gone");
      assert.equal(await store.create({ ...record, ...later }), "ok");
    },
  },
  {
    name: "sweep removes many in the end",
    needs: ["sweep"],
    async run({ store, clock }) {
      const many = 1_203;
      for (let i = 0; i < many; i += 1) {
        await store.create(testRecord(clock(), `${i}`, { expiresAt: clock() + 10 }));
      }
      const live = testRecord(clock(), "live");
      await store.create(live);
      clock.advance(10);
      assert.equal(await sweepAll(store), many);
      assert.deepEqual(await store.read(live.id), live);
    },
  },
  {
    name: "sweep takes expired sessions off their users",
    needs: ["sweep", "byUser"],
    async run({ store, clock }) {
      await store.create(testLogin(clock(), "a", "ann", { expiresAt: clock() + 10 }));
      const live = testLogin(clock(), "b", "ann");
      await store.create(live);
      clock.advance(10);
      await sweepAll(store);
      assert.deepEqual(await usersOf(store).list("ann"), [live]);
      assert.deepEqual(await usersOf(store).destroy("ann"), [live.id]);
    },
  },
];
