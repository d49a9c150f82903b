import assert from "node:assert/strict";
import type { SessionRecord, SessionStore } from "@coatcheck/core";
import { type ManualClock, testId } from "@coatcheck/testkit";
import { modelStore } from "./model.ts";
import { IDS, type Operation, USERS, type Write } from "./operations.ts";

/** As those databases would confuse them that compare texts by their alphabet. */
const NAMES = ["ann", "Ann", "ann "] as const;

let replays = 0;

/** Runs a trace on the store and on the model, on ids and users that no other trace has, and compares all that can be seen. */
export async function replay(
  store: SessionStore,
  clock: ManualClock,
  operations: readonly Operation[],
): Promise<void> {
  replays += 1;
  const prefix = `${process.pid} ${replays}`;
  const idOf = (id: number) => testId(`${prefix} ${id}`);
  const userOf = (user: number) => `${prefix} ${NAMES[user]}`;
  const model = modelStore(clock);
  // Logins have distinct times, as of equal ones any may be evicted.
  let logins = 0;

  const recordOf = (id: number, write: Write, version: number): SessionRecord => {
    const now = clock();
    logins += 1;
    return {
      id: idOf(id),
      version,
      userId: write.user === null ? null : userOf(write.user),
      createdAt: now,
      authenticatedAt: write.user === null ? null : now * 100 + logins,
      lastSeenAt: now,
      expiresAt: now + write.life,
      state: `state ${logins}`,
      data: write.data,
    };
  };

  /** What to call, settled before the call, so that store and model are asked the same. */
  const question = (operation: Operation): ((by: SessionStore) => unknown) => {
    switch (operation.kind) {
      case "create": {
        const record = recordOf(operation.id, operation.write, 1);
        return (by) => by.create(record, operation.write.limit);
      }
      case "update": {
        const found = model.read(idOf(operation.id)) as SessionRecord | undefined;
        const expected = (found?.version ?? 1) + operation.ahead;
        const record = recordOf(operation.id, operation.write, expected + 1);
        return (by) => by.update(record, expected, operation.write.limit);
      }
      case "touch": {
        const [lastSeenAt, expiresAt] = [clock() + operation.seen, clock() + operation.life];
        return (by) => by.touch(idOf(operation.id), { lastSeenAt, expiresAt });
      }
      case "read":
      case "destroy":
        return (by) => by[operation.kind](idOf(operation.id));
      case "listByUser":
        return (by) => by.listByUser?.(userOf(operation.user));
      case "destroyByUser": {
        const { user, except } = operation;
        const spared = except === undefined ? undefined : idOf(except);
        return async (by) => [...((await by.destroyByUser?.(userOf(user), spared)) ?? [])].sort();
      }
      case "sweep":
        // How many went is no business of the contract's where a store removes some earlier.
        return async (by) => void (await by.sweep?.());
      case "wait":
        clock.advance(operation.ms);
        return () => undefined;
    }
  };

  for (const [index, operation] of operations.entries()) {
    const ask = question(operation);
    const where = `${index}: ${JSON.stringify(operation)}`;
    assert.deepEqual(sorted(await ask(store)), sorted(await ask(model)), where);
    if ("id" in operation) {
      const id = idOf(operation.id);
      assert.deepEqual(await store.read(id), model.read(id), `read after ${where}`);
    }
  }
  // At once, which a store across a network answers sooner.
  const reads = Array.from({ length: IDS }, async (_, id) => {
    assert.deepEqual(await store.read(idOf(id)), model.read(idOf(id)), `read of ${id} at the end`);
  });
  const lists = Array.from({ length: USERS }, async (_, user) => {
    const name = userOf(user);
    assert.deepEqual(await store.listByUser?.(name), model.listByUser(name), `list of ${user}`);
  });
  await Promise.all([...reads, ...lists]);
}

/** Who was evicted has no order. */
function sorted(answer: unknown): unknown {
  const { evicted } = { ...(answer as { evicted?: readonly string[] } | undefined) };
  return evicted ? { evicted: [...evicted].sort() } : answer;
}
