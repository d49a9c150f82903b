import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { postgresStore } from "./store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Finds nothing to sweep. */
function idle() {
  const query = vi.fn(async () => ({ rows: [{ swept: "0" }] }));
  return { query };
}

test("sweeps on its own as often as it is told, until it is closed", async () => {
  const pool = idle();
  const store = postgresStore({ pool, sweepEvery: "10m" });
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  expect(pool.query).toHaveBeenCalled();
  await store.close();
  await store.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("has no timer otherwise", () => {
  postgresStore({ pool: idle() });
  expect(vi.getTimerCount()).toBe(0);
});

test("an error of the server is handed on as it is", async () => {
  const error = Object.assign(new Error("too many connections"), { code: "53300" });
  const store = postgresStore({ pool: { query: () => Promise.reject(error) } });
  await expect(store.listByUser("ann")).rejects.toBe(error);
  await expect(store.setup()).rejects.toBe(error);
});
