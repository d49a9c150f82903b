import assert from "node:assert/strict";
import type { StoreCase, StoreContext } from "../case.ts";
import { testLogin, testRecord, usersOf } from "../records.ts";

const LIFE = 1_000;

/** A record at the last millisecond of its life. */
async function lastMoment({ store, clock }: StoreContext) {
  const record = testLogin(clock(), "a", "ann", { expiresAt: clock() + LIFE });
  await store.create(record);
  clock.advance(LIFE - 1);
  return record;
}

export const expiryCases: readonly StoreCase[] = [
  {
    name: "read finds a record until the millisecond before expiresAt",
    async run(context) {
      const record = await lastMoment(context);
      assert.deepEqual(await context.store.read(record.id), record);
      context.clock.advance(1);
      assert.equal(await context.store.read(record.id), undefined);
    },
  },
  {
    name: "update reaches a record until the millisecond before expiresAt",
    guarantee: [6],
    async run(context) {
      const { store, clock } = context;
      const record = await lastMoment(context);
      assert.equal(await store.update({ ...record, version: 2 }, 1), "ok");
      clock.advance(1);
      const longer = { ...record, version: 3, expiresAt: clock() + LIFE };
      assert.equal(await store.update(longer, 2), "gone");
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "an expired record is gone to update, not stale",
    guarantee: [6],
    async run(context) {
      const record = await lastMoment(context);
      assert.equal(await context.store.update({ ...record, version: 9 }, 8), "stale");
      context.clock.advance(1);
      assert.equal(await context.store.update({ ...record, version: 9 }, 8), "gone");
    },
  },
  {
    name: "touch reaches a record until the millisecond before expiresAt",
    guarantee: [6],
    async run(context) {
      const { store, clock } = context;
      const record = await lastMoment(context);
      assert.equal(await store.touch(record.id, { ...record, lastSeenAt: clock() }), "ok");
      clock.advance(1);
      const longer = { lastSeenAt: clock(), expiresAt: clock() + LIFE };
      assert.equal(await store.touch(record.id, longer), "gone");
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "touch at the last millisecond keeps a record alive",
    async run(context) {
      const { store, clock } = context;
      const record = await lastMoment(context);
      const times = { lastSeenAt: clock(), expiresAt: clock() + LIFE };
      assert.equal(await store.touch(record.id, times), "ok");
      clock.advance(LIFE - 1);
      assert.deepEqual(await store.read(record.id), { ...record, ...times });
      clock.advance(1);
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "update at the last millisecond gives a record its new expiry",
    async run(context) {
      const { store, clock } = context;
      const record = await lastMoment(context);
      const next = { ...record, version: 2, expiresAt: clock() + LIFE };
      assert.equal(await store.update(next, 1), "ok");
      clock.advance(LIFE - 1);
      assert.deepEqual(await store.read(record.id), next);
      clock.advance(1);
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "update may shorten a life",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      await store.update({ ...record, version: 2, expiresAt: clock() + 10 }, 1);
      clock.advance(10);
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "destroy finds a record until the millisecond before expiresAt",
    async run(context) {
      const record = await lastMoment(context);
      const other = testRecord(context.clock(), "b", { expiresAt: record.expiresAt });
      await context.store.create(other);
      assert.equal(await context.store.destroy(other.id), true);
      context.clock.advance(1);
      assert.equal(await context.store.destroy(record.id), false);
    },
  },
  {
    name: "create takes an id from the millisecond at which its record expires",
    async run(context) {
      const { store, clock } = context;
      const record = await lastMoment(context);
      assert.equal(await store.create({ ...record, data: '"too early"' }), "exists");
      clock.advance(1);
      const next = testRecord(clock(), "a", { data: '"next"' });
      assert.equal(await store.create(next), "ok");
      assert.deepEqual(await store.read(record.id), next);
    },
  },
  {
    name: "a record written with its expiry in the past does not exist",
    guarantee: [6],
    async run({ store, clock }) {
      const dead = testRecord(clock(), "a", { expiresAt: clock() });
      await store.create(dead);
      assert.equal(await store.read(dead.id), undefined);
      const live = testRecord(clock(), "b");
      await store.create(live);
      await store.update({ ...live, version: 2, expiresAt: clock() - 1 }, 1);
      assert.equal(await store.read(live.id), undefined);
      assert.equal(await store.touch(live.id, live), "gone");
    },
  },
  {
    name: "listByUser lists a record until the millisecond before expiresAt",
    needs: ["byUser"],
    async run(context) {
      const record = await lastMoment(context);
      assert.deepEqual(await usersOf(context.store).list("ann"), [record]);
      context.clock.advance(1);
      assert.deepEqual(await usersOf(context.store).list("ann"), []);
    },
  },
  {
    name: "destroyByUser names a record until the millisecond before expiresAt",
    needs: ["byUser"],
    async run(context) {
      const record = await lastMoment(context);
      const later = testLogin(context.clock(), "later", "ann");
      await context.store.create(later);
      context.clock.advance(1);
      assert.deepEqual(await usersOf(context.store).destroy("ann"), [later.id]);
      assert.equal(await context.store.read(record.id), undefined);
    },
  },
];
