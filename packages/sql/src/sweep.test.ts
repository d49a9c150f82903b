import { expect, test } from "vitest";
import { sweepInBatches } from "./sweep.ts";

/** Reaps from `rows` expired rows, and writes down what it was asked for. */
function table(rows: number) {
  const asked: number[] = [];
  const reap = async (count: number): Promise<number> => {
    asked.push(count);
    const gone = Math.min(rows, count);
    rows -= gone;
    return gone;
  };
  return { asked, reap };
}

test("batches of 500 until one is not full", async () => {
  const { asked, reap } = table(1_200);
  expect(await sweepInBatches(Number.POSITIVE_INFINITY, reap)).toBe(1_200);
  expect(asked).toEqual([500, 500, 500]);
});

test("no more than the most", async () => {
  const { asked, reap } = table(1_200);
  expect(await sweepInBatches(700, reap)).toBe(700);
  expect(asked).toEqual([500, 200]);
});

test("a batch that fails fails the sweep", async () => {
  const reap = () => Promise.reject(new Error("down"));
  await expect(sweepInBatches(10, reap)).rejects.toThrow("down");
});
