import { expect, test } from "vitest";
import { START } from "../../testing/bench.ts";
import type { SessionId } from "../../token/token.ts";
import { EntryCache } from "./cache.ts";
import { entryRecord } from "./entry.ts";

const id = (name: string | number) => String(name) as SessionId;
const record = (expiresAt = START + 60_000) =>
  entryRecord({ id: id("a") }, {}, { version: 1, now: START, expiresAt });

test("an answer is kept for the staleness from when the store was asked, also that there is nothing", () => {
  const cache = new EntryCache(5_000);
  const there = record();
  cache.asking(id("a"), START)?.(there);
  cache.asking(id("b"), START)?.(undefined);
  expect(cache.get(id("a"), START + 4_999)?.record).toBe(there);
  expect(cache.get(id("b"), START + 4_999)).toMatchObject({ record: undefined });
  for (const name of ["a", "b", "c"]) expect(cache.get(id(name), START + 5_000)).toBeUndefined();
});

test("without staleness nothing is kept", () => {
  const cache = new EntryCache(0);
  expect(cache.asking(id("a"), START)).toBeUndefined();
  expect(cache.get(id("a"), START)).toBeUndefined();
});

test("an entry is not kept past its own end", () => {
  const cache = new EntryCache(5_000);
  cache.asking(id("a"), START)?.(record(START + 10));
  expect(cache.get(id("a"), START + 9)).toBeDefined();
  expect(cache.get(id("a"), START + 10)).toBeUndefined();
});

test("what was asked before a write is not kept when it is answered after it", () => {
  const cache = new EntryCache(5_000);
  const answer = cache.asking(id("a"), START);
  cache.delete(id("a"));
  answer?.(record());
  expect(cache.get(id("a"), START)).toBeUndefined();
});

test("it holds so many, and forgets the one that was asked for first", () => {
  const cache = new EntryCache(5_000);
  const say = (name: string | number) => cache.asking(id(name), START)?.(undefined);
  for (let index = 0; index < 10_000; index++) say(index);
  say(0);
  say("one more");
  const known = (name: string | number) => cache.get(id(name), START) !== undefined;
  expect([known(0), known(1), known(2), known("one more")]).toEqual([true, false, true, true]);
});
