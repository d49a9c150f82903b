import { setImmediate as turn } from "node:timers/promises";
import { memoryStore, type SessionStore } from "@coatcheck/core";
import { manualClock, seededRandom, stepStore, testLogin } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { KINDS, type Kind } from "./migrating/kinds.ts";
import { both } from "./migrating/world.ts";

/** Orders of each setting, drawn by a seeded random. */
const DRAWN = 3_000;

type Work = (store: SessionStore) => unknown;

/** Three processes with one session in `from`, in one order of their calls; what each kind sees of it in the end. */
async function three(
  tasks: ReadonlyArray<readonly [Kind, Work]>,
  random: (size: number) => Uint8Array,
  start = testLogin(manualClock()(), "a", "ann"),
): Promise<unknown[]> {
  const clock = manualClock();
  const stores = { from: memoryStore({ clock }), to: memoryStore({ clock }) };
  const steps = { from: stepStore(stores.from), to: stepStore(stores.to) };
  const step = both(steps.from, steps.to);
  stores.from.create(start);
  let running = tasks.length;
  for (const [index, [kind, work]] of tasks.entries()) {
    const store = KINDS[kind]({ from: steps.from.as(`${index}`), to: steps.to.as(`${index}`) });
    void (async () => work(store))().then(() => {
      running -= 1;
    });
  }
  let last: string | undefined;
  for (let idle = 0; running > 0; idle += 1) {
    if (idle > 2_000) throw new Error("a task neither finished nor called a store");
    await turn();
    if (running === 0 || step.waiting.length < running) continue;
    const [a = 0, b = 0] = random(2);
    // Whoever goes on for a while leaves the others standing.
    const same = step.waiting.findIndex((call) => call.by === last);
    const next = same >= 0 && a % 4 !== 0 ? same : b % step.waiting.length;
    last = step.waiting[next]?.by;
    await step.release(next);
    idle = 0;
  }
  const { id } = testLogin(clock(), "a", "ann");
  const views = (["prepare", "move"] as const).map((kind) => KINDS[kind](stores));
  return Promise.all(views.flatMap((view) => [view.read(id), view.listByUser?.("ann")]));
}

const record = testLogin(manualClock()(), "a", "ann");
const read: Work = (store) => store.read(record.id);
const destroy: Work = (store) => store.destroy(record.id);
const revoke: Work = (store) => store.destroyByUser?.("ann");
/** Whoever began to move it before the login has a placeholder that is nobody's. */
const loginAndRevoke: Work = async (store) => {
  for (;;) {
    const found = await store.read(record.id);
    const login = { ...record, version: (found?.version ?? 0) + 1 };
    if ((await store.update(login, login.version - 1)) === "ok") break;
  }
  await store.destroyByUser?.("ann");
};
const count: Work = async (store) => {
  for (;;) {
    const found = await store.read(record.id);
    if (!found) throw new Error("the session is gone");
    const data = `${found.data}+`;
    const next = { ...found, version: found.version + 1, data };
    if ((await store.update(next, found.version)) === "ok") return;
  }
};

describe("three processes at once", () => {
  test.each([
    ["destroyed in prepare", "prepare", destroy],
    ["destroyed in move", "move", destroy],
    ["its user revoked in prepare", "prepare", revoke],
    ["its user logged in and revoked in prepare", "prepare", loginAndRevoke],
    ["its user logged in and revoked in move", "move", loginAndRevoke],
    ["its user revoked in move", "move", revoke],
  ] as const)("G6 a session that two move is %s: it stays destroyed", async (_, kind, ends) => {
    const random = seededRandom("three");
    for (let nth = 0; nth < DRAWN; nth += 1) {
      const start =
        ends === loginAndRevoke ? { ...record, userId: null, authenticatedAt: null } : record;
      const seen = await three(
        [
          ["move", read],
          ["move", read],
          [kind, ends],
        ],
        random,
        start,
      );
      expect(seen).toEqual([undefined, [], undefined, []]);
    }
  });

  test("G7 three that count lose no count, and leave one session", async () => {
    const random = seededRandom("three");
    for (let nth = 0; nth < DRAWN; nth += 1) {
      const tasks = [
        ["move", count],
        ["prepare", count],
        ["move", count],
      ] as const;
      const [one, list, other, same] = await three(tasks, random);
      expect(one).toMatchObject({ version: 4, data: `${record.data}+++` });
      expect([list, other, same]).toEqual([[one], one, [one]]);
    }
  });
});
