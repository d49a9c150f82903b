import { memoryStore, type SessionStore } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { manualClock } from "../clock.ts";
import { interleavings } from "./interleavings.ts";
import { testRecord } from "./records.ts";
import { stepStore } from "./step.ts";

const clock = manualClock();
const { id } = testRecord(clock(), "a");

/** A world around one record, whose data is the number 0. */
function world(task: (store: SessionStore) => Promise<unknown>, other = task) {
  const inner = memoryStore({ clock });
  inner.create(testRecord(clock(), "a", { data: "0" }));
  const step = stepStore(inner);
  const run = [() => task(step), () => other(step)] as const;
  return { inner, step, run };
}

const calls = (count: number) => async (store: SessionStore) => {
  for (let i = 0; i < count; i += 1) await store.read(id);
};

async function increment(store: SessionStore): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await store.read(id);
    if (found === undefined) throw new Error("gone");
    const next = { ...found, version: found.version + 1, data: `${Number(found.data) + 1}` };
    if ((await store.update(next, found.version)) === "ok") return attempt;
  }
}

async function schedulesOf(make: () => ReturnType<typeof world>): Promise<string[]> {
  const seen: string[] = [];
  const count = await interleavings(make, ({ schedule }) => {
    seen.push(schedule);
  });
  expect(count).toBe(seen.length);
  return seen.sort();
}

describe("interleavings", () => {
  test("every order of two and two calls is run once", async () => {
    expect(await schedulesOf(() => world(calls(2)))).toEqual([
      "AABB",
      "ABAB",
      "ABBA",
      "BAAB",
      "BABA",
      "BBAA",
    ]);
  });

  test("tasks may make different numbers of calls, or none", async () => {
    expect(await schedulesOf(() => world(calls(3), calls(1)))).toEqual([
      "AAAB",
      "AABA",
      "ABAA",
      "BAAA",
    ]);
    expect(await schedulesOf(() => world(calls(1), calls(0)))).toEqual(["A"]);
    expect(await schedulesOf(() => world(calls(0)))).toEqual([""]);
  });

  test("a retry makes the schedule longer, and no count is lost in any", async () => {
    const attempts = new Map<string, unknown>();
    await interleavings(
      () => world(increment),
      async ({ schedule, results, world: { inner } }) => {
        attempts.set(
          schedule,
          results.map((result) => result.status === "fulfilled" && result.value),
        );
        expect(await inner.read(id)).toMatchObject({ data: "2" });
      },
    );
    expect(Object.fromEntries(attempts)).toEqual({
      AABB: [1, 1],
      ABABBB: [1, 2],
      ABBAAA: [2, 1],
      BAABBB: [1, 2],
      BABAAA: [2, 1],
      BBAA: [1, 1],
    });
  });

  test("what fails in one schedule is found, and the schedule named", async () => {
    const careless = async (store: SessionStore) => {
      const found = await store.read(id);
      if (found) await store.update({ ...found, data: `${Number(found.data) + 1}` }, found.version);
    };
    const run = interleavings(
      () => world(careless),
      async ({ world: { inner } }) => expect((await inner.read(id))?.data).toBe("2"),
    );
    await expect(run).rejects.toThrow(/^schedule (AB|BA)(AB|BA): expected '1' to be '2'/);
  });

  test("a task that fails is a result like any other", async () => {
    const statuses = new Map<string, string[]>();
    await interleavings(
      () => world(increment, async (store) => store.destroy(id)),
      ({ schedule, results }) => {
        statuses.set(
          schedule,
          results.map((result) => result.status),
        );
      },
    );
    expect(Object.fromEntries(statuses)).toEqual({
      AAB: ["fulfilled", "fulfilled"],
      ABAA: ["rejected", "fulfilled"],
      BA: ["rejected", "fulfilled"],
    });
  });

  test("a world is disposed of after its check, also when that fails", async () => {
    let disposed = 0;
    const make = () => ({
      ...world(calls(1)),
      dispose: () => {
        disposed += 1;
      },
    });
    expect(await interleavings(make, () => {})).toBe(2);
    expect(disposed).toBe(2);
    const failing = interleavings(make, () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("schedule AB: no");
    expect(disposed).toBe(3);
  });

  test("a task that waits for the other is no obstacle", async () => {
    const queued = () => {
      let free = Promise.resolve<unknown>(undefined);
      const inTurn = (store: SessionStore) => {
        const mine = free.then(() => calls(2)(store));
        free = mine;
        return mine;
      };
      return world(inTurn);
    };
    expect(await schedulesOf(queued)).toEqual(["AABB"]);
  });

  test("calls that one task makes at once are released in their order", async () => {
    const both = async (store: SessionStore) => {
      await Promise.all([store.read(id), store.destroy(id)]);
    };
    expect(await schedulesOf(() => world(both, calls(1)))).toEqual(["AAB", "ABA", "BAA"]);
  });

  test("a task that waits for something else is an error, not a hang", async () => {
    const stuck = () => world(() => new Promise(() => {}), calls(0));
    const run = interleavings(stuck, () => {}, { patience: 10 });
    await expect(run).rejects.toThrow('after "", A neither finished nor called the store');
  });

  test("more schedules than expected are an error", async () => {
    const run = interleavings(
      () => world(calls(2)),
      () => {},
      { maxSchedules: 5 },
    );
    await expect(run).rejects.toThrow("more than 5 schedules");
  });
});
