import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";

test("the same seed gives the same bytes, whatever the sizes asked for", () => {
  const whole = seededRandom("seed")(100);
  const random = seededRandom("seed");
  const parts = [1, 0, 32, 33, 34].map((size) => random(size));
  expect(Buffer.concat(parts)).toEqual(Buffer.from(whole));
});

test("another seed gives other bytes, and no bytes come twice", () => {
  const random = seededRandom(1);
  const drawn = Array.from({ length: 1_000 }, () => Buffer.from(random(16)).toString("hex"));
  expect(new Set(drawn).size).toBe(1_000);
  expect(Buffer.from(seededRandom(2)(16)).toString("hex")).not.toBe(drawn[0]);
});
