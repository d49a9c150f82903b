import assert from "node:assert/strict";
import type { StoreCase } from "../case.ts";
import { testLogin, testRecord } from "../records.ts";

export const capabilityCases: readonly StoreCase[] = [
  {
    name: "listByUser and destroyByUser are both there or both absent",
    async run({ store }) {
      const methods = [typeof store.listByUser, typeof store.destroyByUser];
      assert.ok(methods.every((type) => type === "function") || !methods.includes("function"));
    },
  },
  {
    name: "a store without an index by user keeps logins like any session",
    lacks: ["byUser"],
    async run({ store, clock }) {
      assert.deepEqual([store.listByUser, store.destroyByUser], [undefined, undefined]);
      const login = testLogin(clock(), "a", "ann");
      assert.equal(await store.create(login), "ok");
      assert.equal(await store.update({ ...login, version: 2, userId: "bob" }, 1), "ok");
      assert.deepEqual(await store.read(login.id), { ...login, version: 2, userId: "bob" });
    },
  },
  {
    name: "a store without sweep hides what has expired all the same",
    lacks: ["sweep"],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", { expiresAt: clock() + 10 });
      await store.create(record);
      clock.advance(10);
      assert.equal(await store.read(record.id), undefined);
      assert.equal(await store.create(testRecord(clock(), "a")), "ok");
    },
  },
  {
    name: "close is harmless to repeat",
    async run({ store, clock }) {
      await store.create(testRecord(clock(), "a"));
      await store.close?.();
      await store.close?.();
    },
  },
];
