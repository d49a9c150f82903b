import { createSecretKey } from "node:crypto";
import { expect, test } from "vitest";
import { WeekKeys } from "./week-keys.ts";

const WEEK = 604_800_000;
const key = createSecretKey(Buffer.alloc(32, "some key"));

test("one key for each week and purpose, none of them the key itself", () => {
  const at = (info: string, time: number) =>
    new WeekKeys(key, info).at(time).export().toString("hex");
  const keys = [
    at("a", 0),
    at("a", WEEK),
    at("a", 2 * WEEK),
    at("b", 0),
    key.export().toString("hex"),
  ];
  expect(new Set(keys).size).toBe(5);
  expect(at("a", WEEK - 1)).toBe(at("a", 0));
});

test("a key that was kept is not derived again; one that was only asked for is", () => {
  const weeks = new WeekKeys(key, "a");
  const first = weeks.at(0);
  expect(weeks.at(0)).not.toBe(first);
  weeks.keep(0, first);
  expect(weeks.at(WEEK - 1)).toBe(first);
});

test("64 weeks are kept, and the earliest is forgotten", () => {
  const weeks = new WeekKeys(key, "a");
  const kept = Array.from({ length: 65 }, (_, week) => {
    const it = weeks.at(week * WEEK);
    weeks.keep(week * WEEK, it);
    return it;
  });
  const found = kept.map((it, week) => weeks.at(week * WEEK) === it);
  expect(found).toEqual([false, ...Array(64).fill(true)]);
});
