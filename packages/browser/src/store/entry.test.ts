import { describe, expect, test } from "vitest";
import { ageOf, type Entry, parseEntry } from "./entry.ts";

describe("an entry", () => {
  test("is read as it was written", () => {
    const entry: Entry = [1, 3, 1_000, 2_000, { cart: ["apple"] }];
    expect(parseEntry(JSON.stringify(entry))).toEqual(entry);
  });

  test.each([
    "",
    "{",
    "null",
    "7",
    '"text"',
    "{}",
    "[]",
    "[1,1,1,1]",
    "[1,1,1,1,1,1]",
    '[1,1,"now",1,1]',
    "[1,null,1,1,1]",
  ])("is not %s", (text) => {
    expect(parseEntry(text)).toBeUndefined();
  });
});

const MINUTE = 60_000;
const none = Number.POSITIVE_INFINITY;

describe("its age", () => {
  test.each([
    { created: 0, used: 0, idle: none, absolute: none, now: 9e15, age: "alive" },
    { created: 9e15, used: 9e15, idle: none, absolute: none, now: 0, age: "alive" },
    { created: 0, used: 0, idle: none, absolute: MINUTE, now: MINUTE - 1, age: "alive" },
    { created: 0, used: 0, idle: none, absolute: MINUTE, now: MINUTE, age: "expired" },
    { created: 0, used: 30_000, idle: MINUTE, absolute: none, now: MINUTE + 29_999, age: "alive" },
    {
      created: 0,
      used: 30_000,
      idle: MINUTE,
      absolute: none,
      now: MINUTE + 30_000,
      age: "expired",
    },
    { created: 0, used: 99_999, idle: MINUTE, absolute: MINUTE, now: MINUTE, age: "expired" },
    { created: MINUTE, used: MINUTE, idle: none, absolute: MINUTE, now: 0, age: "alive" },
    { created: MINUTE + 1, used: 0, idle: none, absolute: MINUTE, now: 0, age: "clock" },
    { created: 0, used: MINUTE + 1, idle: none, absolute: MINUTE, now: 0, age: "clock" },
    // Used after the clock was set back: by its creation it has ended, whatever was noted since.
    { created: 0, used: 9 * MINUTE, idle: none, absolute: MINUTE, now: MINUTE, age: "expired" },
  ])("$created, $used at $now: $age", ({ created, used, idle, absolute, now, age }) => {
    expect(ageOf([1, 1, created, used, ""], { idle, absolute }, now)).toBe(age);
  });
});
