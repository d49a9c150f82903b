import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("retryAfter is the time that the queue will take, in whole seconds from 1", async () => {
  let now = 0;
  const gate = new Gate({ concurrency: 2, memoryKiB: 100, maxQueue: 9 }, () => now);
  const refusal = () => gate.run(1, undefined, async () => {}).catch((error) => error.retryAfter);
  await gate.run(1, undefined, async () => {
    now += 500;
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const jobs = Array.from({ length: 11 }, () => gate.run(1, undefined, () => promise));
  // 9 wait, each for 500 ms, two abreast.
  expect(await refusal()).toBe(3);
  now += 1;
  resolve();
  await Promise.all(jobs);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const more = Array.from({ length: 11 }, () => gate.run(1, undefined, () => held));
  expect(await refusal()).toBe(1);
  release();
  await Promise.all(more);
});

test("a job that fails frees its room", async () => {
  const gate = new Gate({ concurrency: 1, memoryKiB: 100, maxQueue: 1 }, () => 0);
  const failing = gate.run(100, undefined, async () => {
    throw new Error("no");
  });
  const next = gate.run(100, undefined, async () => "served");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("served");
  expect([gate.running, gate.waiting]).toEqual([0, 0]);
});
