import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

const value = (n: number) => ({ n });

test("keeps the last ones, and what is asked for again and again", () => {
  const recent = new Recent<{ n: number }>(10);
  recent.set("kept", value(0));
  for (let n = 1; n <= 100; n++) {
    recent.set(`${n}`, value(n));
    expect(recent.get("kept")).toEqual(value(0));
  }
  for (let n = 92; n <= 100; n++) expect(recent.get(`${n}`)).toEqual(value(n));
});

test("never keeps more than twice as many", () => {
  const recent = new Recent<{ n: number }>(10);
  for (let n = 1; n <= 1000; n++) recent.set(`${n}`, value(n));
  let kept = 0;
  for (let n = 1; n <= 1000; n++) if (recent.get(`${n}`)) kept++;
  expect(kept).toBeGreaterThanOrEqual(10);
  expect(kept).toBeLessThanOrEqual(20);
});

test("knows nothing of a text that was not set", () => {
  expect(new Recent(1).get("constructor")).toBeUndefined();
});

test("forgets what it is told to forget, old or young", () => {
  const recent = new Recent<{ n: number }>(2);
  for (let n = 1; n <= 4; n++) recent.set(`${n}`, value(n));
  for (const text of ["2", "4", "5"]) recent.delete(text);
  const left = ["1", "2", "3", "4"].filter((text) => recent.get(text));
  expect(left).toEqual(["1", "3"]);
});
