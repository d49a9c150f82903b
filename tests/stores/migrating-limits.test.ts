import assert from "node:assert/strict";
import { memoryStore, type SessionLimit } from "@coatcheck/core";
import {
  manualClock,
  seededRandom,
  stepStore,
  testLogin,
  testRecord,
  type World,
} from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { KINDS, type Kind } from "./migrating/kinds.ts";
import { type Play, play } from "./migrating/play.ts";
import { both } from "./migrating/world.ts";

const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;
const REJECT = { perUser: 2, onLimit: "reject" } as const;

interface Logins extends World<unknown, unknown> {
  /** How many sessions the user has in the end, as each of the two kinds sees it. */
  count(): Promise<number[]>;
}

/** Two logins of a user who has two sessions, or one where logins may be rejected: in `from`, or one of them moved. */
async function logins(
  kinds: readonly [Kind, Kind],
  limit: SessionLimit,
  moved: boolean,
  by: "create" | "update",
): Promise<Logins> {
  const clock = manualClock();
  const stores = { from: memoryStore({ clock }), to: memoryStore({ clock }) };
  const steps = { from: stepStore(stores.from), to: stepStore(stores.to) };
  const views = kinds.map((kind) => KINDS[kind](stores));
  const before = ["old", "older"].slice(limit.onLimit === "reject" ? 1 : 0);
  for (const [i, name] of before.entries()) {
    stores.from.create(testLogin(clock() - i - 1, name, "ann", { expiresAt: clock() + 1_000 }));
  }
  for (const name of ["a", "b"]) stores.from.create(testRecord(clock(), name));
  if (moved) await KINDS.move(stores).read(testLogin(clock(), "older", "ann").id);
  const login = async (index: 0 | 1, name: string): Promise<unknown> => {
    const store = KINDS[kinds[index]]({
      from: steps.from.as(index === 0 ? "A" : "B"),
      to: steps.to.as(index === 0 ? "A" : "B"),
    });
    const record = testLogin(clock() + index, by === "create" ? `new ${name}` : name, "ann");
    if (by === "create") return store.create(record, limit);
    await store.read(record.id);
    return store.update({ ...record, version: 2 }, 1, limit);
  };
  return {
    step: both(steps.from, steps.to),
    run: [() => login(0, "a"), () => login(1, "b")],
    count: async () =>
      Promise.all(views.map(async (it) => (await it.listByUser?.("ann"))?.length ?? -1)),
  };
}

/** Orders of each setting, drawn by a seeded random: all of them would be some 100 000. */
const DRAWN = 250;

async function many(
  kinds: readonly [Kind, Kind],
  limit: SessionLimit,
  check: (played: Play<unknown>, world: Logins) => Promise<void>,
): Promise<void> {
  const random = seededRandom("logins");
  for (const by of ["create", "update"] as const) {
    for (const moved of kinds.includes("from only") ? [false] : [true, false]) {
      for (let nth = 0; nth < DRAWN; nth += 1) {
        const world = await logins(kinds, limit, moved, by);
        const played = await play(world, (ready) => ready[(random(1)[0] ?? 0) % ready.length]);
        await check(played, world).catch((cause) => {
          throw new Error(`${by} ${moved} ${played.schedule}: ${cause.message}`, { cause });
        });
      }
    }
  }
}

async function holds({ settled }: Play<unknown>, world: Logins): Promise<void> {
  for (const it of settled) assert.equal(it?.status, "fulfilled");
  for (const count of await world.count()) assert.ok(count >= 1 && count <= 2, `${count} sessions`);
}

describe("G9 two logins of one user at once, in orders drawn at random", () => {
  const evicting: ReadonlyArray<readonly [Kind, Kind]> = [
    ["from only", "prepare"],
    ["prepare", "prepare"],
    ["prepare", "move"],
    ["move", "move"],
    ["prepare", "back"],
  ];
  test.each(evicting)("%s and %s: the oldest make room", async (...kinds) => {
    await many(kinds, EVICT, holds);
  });

  const rejecting: ReadonlyArray<readonly [Kind, Kind]> = [
    ["from only", "prepare"],
    ["prepare", "prepare"],
    ["move", "move"],
  ];
  test.each(rejecting)("%s and %s: one too many is rejected", async (...kinds) => {
    await many(kinds, REJECT, holds);
  });

  // What docs/migrating.md owns up to.
  test("prepare and move: of two that come at the same moment both may get the last place", async () => {
    const most = { sessions: 0 };
    await many(["prepare", "move"], REJECT, async (_, world) => {
      most.sessions = Math.max(most.sessions, ...(await world.count()));
    });
    expect(most.sessions).toBe(3);
  });
});
