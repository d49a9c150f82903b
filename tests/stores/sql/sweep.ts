import { manualClock, testId, testRecord } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { SqlServer } from "./server.ts";

export function describeSweep({ open, hold }: SqlServer): void {
  const clock = manualClock();

  test("what somebody holds is passed over by a sweep, and left to the next", async () => {
    const { store, peer, table, dispose } = await open(clock);
    const records = ["a", "b"].map((name) => testRecord(clock(), name, { expiresAt: clock() }));
    for (const record of records) await store.create(record);
    const letGo = await hold(table, testId("a"));
    expect(await peer.sweep()).toBe(1);
    await letGo();
    expect(await peer.sweep()).toBe(1);
    await dispose();
  });

  test("sweeps share the work and count nothing twice", async () => {
    const { store, peer, dispose } = await open(clock);
    const count = 1_300;
    await inLanes(8, count, (i) =>
      store.create(testRecord(clock(), `${i}`, { expiresAt: clock() + 10 })),
    );
    await store.create(testRecord(clock(), "alive"));
    clock.advance(10);
    const swept = await Promise.all(
      [store, peer, store, peer].flatMap((by) => [by.sweep(), by.sweep()]),
    );
    const rest = await store.sweep();
    expect(swept.reduce((sum, one) => sum + one, rest)).toBe(count);
    expect(await store.read(testId("alive"))).toBeDefined();
    await dispose();
  });

  test("a sweep stops at maxSwept", async () => {
    const { store, dispose } = await open(clock, { maxSwept: 700 });
    await inLanes(8, 1_600, (i) =>
      store.create(testRecord(clock(), `${i}`, { expiresAt: clock() + 10 })),
    );
    clock.advance(10);
    const swept = [await store.sweep(), await store.sweep(), await store.sweep()];
    expect([...swept, await store.sweep()]).toEqual([700, 700, 200, 0]);
    await dispose();
  });
}

/** `count` calls, `lanes` of them at a time. */
async function inLanes(lanes: number, count: number, call: (i: number) => unknown): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
