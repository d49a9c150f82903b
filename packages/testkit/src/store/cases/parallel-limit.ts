import assert from "node:assert/strict";
import type { SessionStore } from "@coatcheck/core";
import type { StoreCase, StoreContext } from "../case.ts";
import { evictedBy, testLogin, testRecord, usersOf, wasWritten } from "../records.ts";

const CALLS = 50;
const EVICT = { perUser: 5, onLimit: "evict-oldest" } as const;
const REJECT = { perUser: 5, onLimit: "reject" } as const;

/** Calls made at once by way of both connections, with the user's sessions counted in between. */
async function atOnce<T>(
  { store, peer }: StoreContext,
  call: (store: SessionStore, i: number) => T | Promise<T>,
): Promise<T[]> {
  const one = async (i: number): Promise<T> => {
    const mine = i % 2 === 1 ? (peer ?? store) : store;
    const answer = await call(mine, i);
    const count = (await usersOf(mine).list("ann")).length;
    assert.ok(count <= EVICT.perUser, `${count} sessions at once, the limit is ${EVICT.perUser}`);
    return answer;
  };
  return Promise.all(Array.from({ length: CALLS }, (_, i) => one(i)));
}

/** Anonymous sessions, and what each becomes by logging in as ann. */
async function visitors({ store, clock }: StoreContext) {
  const records = Array.from({ length: CALLS }, (_, i) => testRecord(clock(), `visitor ${i}`));
  for (const record of records) await store.create(record);
  return records.map((record, i) => ({
    ...record,
    version: 2,
    userId: "ann",
    authenticatedAt: clock() + i,
  }));
}

export const parallelLimitCases: readonly StoreCase[] = [
  {
    name: "parallel creates never exceed an evicting limit",
    guarantee: [9],
    needs: ["byUser"],
    async run(context) {
      const login = (i: number) => testLogin(context.clock() + i, `ann ${i}`, "ann");
      const answers = await atOnce(context, (store, i) => store.create(login(i), EVICT));
      const left = await usersOf(context.store).ids("ann");
      assert.equal(left.length, EVICT.perUser);
      const evicted = answers.flatMap((answer) => evictedBy(answer));
      const all = Array.from({ length: CALLS }, (_, i) => login(i).id);
      assert.deepEqual([...left, ...evicted].sort(), all.sort());
    },
  },
  {
    name: "of parallel creates a rejecting limit lets exactly as many through",
    guarantee: [9],
    needs: ["byUser"],
    async run(context) {
      const login = (i: number) => testLogin(context.clock() + i, `ann ${i}`, "ann");
      const answers = await atOnce(context, (store, i) => store.create(login(i), REJECT));
      const through = answers.flatMap((answer, i) => (wasWritten(answer) ? [login(i).id] : []));
      assert.equal(through.length, REJECT.perUser);
      assert.equal(answers.filter((answer) => answer === "full").length, CALLS - REJECT.perUser);
      assert.deepEqual((await usersOf(context.store).ids("ann")).sort(), through.sort());
    },
  },
  {
    name: "parallel logins by update never exceed an evicting limit",
    guarantee: [9],
    needs: ["byUser"],
    async run(context) {
      const logins = await visitors(context);
      const answers = await atOnce(context, (store, i) =>
        store.update(logins[i] as (typeof logins)[0], 1, EVICT),
      );
      const left = await usersOf(context.store).ids("ann");
      assert.equal(left.length, EVICT.perUser);
      const evicted = answers.flatMap((answer) => evictedBy(answer));
      assert.deepEqual([...left, ...evicted].sort(), logins.map((login) => login.id).sort());
    },
  },
  {
    name: "of parallel logins by update a rejecting limit lets exactly as many through",
    guarantee: [9],
    needs: ["byUser"],
    async run(context) {
      const logins = await visitors(context);
      const answers = await atOnce(context, (store, i) =>
        store.update(logins[i] as (typeof logins)[0], 1, REJECT),
      );
      assert.equal(answers.filter(wasWritten).length, REJECT.perUser);
      for (const [i, login] of logins.entries()) {
        const stored = await context.store.read(login.id);
        assert.equal(stored?.userId ?? null, wasWritten(answers[i] ?? "full") ? "ann" : null);
      }
    },
  },
];
