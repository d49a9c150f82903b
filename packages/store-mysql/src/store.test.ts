import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MysqlPool } from "./client.ts";
import { mysqlStore } from "./store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const notMeant = () => Promise.reject(new Error("not meant"));

function poolOf(execute: MysqlPool["execute"]): MysqlPool {
  return { execute, query: notMeant, getConnection: notMeant };
}

test("sweeps on its own as often as it is told, until it is closed", async () => {
  const execute = vi.fn(async (): Promise<[unknown, unknown]> => [[[{ swept: 0 }]], undefined]);
  const store = mysqlStore({ pool: poolOf(execute), sweepEvery: "10m" });
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  expect(execute).toHaveBeenCalled();
  await store.close();
  await store.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("has no timer otherwise", () => {
  mysqlStore({ pool: poolOf(notMeant) });
  expect(vi.getTimerCount()).toBe(0);
});

test("an error of the server is handed on as it is", async () => {
  const error = Object.assign(new Error("too many connections"), { errno: 1040 });
  const store = mysqlStore({ pool: poolOf(() => Promise.reject(error)) });
  await expect(store.listByUser("ann")).rejects.toBe(error);
  await expect(store.setup()).rejects.toThrow("not meant");
});
