import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SweepTimer } from "./timer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("each wait is half to one and a half of the time", async () => {
  const moments: number[] = [];
  const start = Date.now();
  const numbers = [0, 0.5, 0.999];
  const sweep = async () => void moments.push(Date.now() - start);
  const timer = new SweepTimer(60_000, sweep, () => numbers.shift() ?? 0);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(moments).toEqual([]);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(moments.slice(0, 3)).toEqual([30_000, 90_000, 179_940]);
  await timer.stop();
});

test("a sweep that takes long is not overtaken by the next", async () => {
  let running = 0;
  let most = 0;
  const sweep = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 300_000));
    running -= 1;
  };
  const timer = new SweepTimer(60_000, sweep, () => 0.5);
  await vi.advanceTimersByTimeAsync(2_000_000);
  expect(most).toBe(1);
  const stopped = timer.stop();
  await vi.advanceTimersByTimeAsync(300_000);
  await stopped;
});

test("a sweep that fails is tried again, and is no unhandled rejection", async () => {
  const sweep = vi.fn(() => Promise.reject(new Error("down")));
  const timer = new SweepTimer(60_000, sweep, () => 0.5);
  await vi.advanceTimersByTimeAsync(180_000);
  expect(sweep).toHaveBeenCalledTimes(3);
  await timer.stop();
});

test("stop waits for the sweep under way, and none follows", async () => {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const sweep = vi.fn(() => promise);
  const timer = new SweepTimer(60_000, sweep, () => 0.5);
  await vi.advanceTimersByTimeAsync(60_000);
  let stopped = false;
  const stop = timer.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toBe(false);
  end();
  await stop;
  await timer.stop();
  expect(vi.getTimerCount()).toBe(0);
  expect(sweep).toHaveBeenCalledTimes(1);
});

test("without a time there is no timer", async () => {
  const timer = new SweepTimer(undefined, () => Promise.resolve());
  expect(vi.getTimerCount()).toBe(0);
  await timer.stop();
});
