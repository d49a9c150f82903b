import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Deadlines } from "./deadlines.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("each is late when its own time is up, and no other", () => {
  const deadlines = new Deadlines(100);
  const late: string[] = [];
  const begin = (name: string) => deadlines.begin(() => late.push(name));
  begin("a");
  vi.advanceTimersByTime(30);
  const b = begin("b");
  begin("c");
  vi.advanceTimersByTime(30);
  begin("d");
  vi.advanceTimersByTime(39);
  expect(late).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(late).toEqual(["a"]);
  expect(deadlines.end(b)).toBe(true);
  vi.advanceTimersByTime(28);
  expect(late).toEqual(["a"]);
  vi.advanceTimersByTime(2);
  expect(late).toEqual(["a", "c"]);
  vi.advanceTimersByTime(30);
  expect(late).toEqual(["a", "c", "d"]);
});

test("who is late has waited in vain, and nobody ends twice", () => {
  const deadlines = new Deadlines(100);
  const wait = deadlines.begin(() => {});
  vi.advanceTimersByTime(101);
  expect(deadlines.end(wait)).toBe(false);
  const another = deadlines.begin(() => {});
  expect(deadlines.end(another)).toBe(true);
  expect(deadlines.end(another)).toBe(false);
});

test("one timer at a time, and none for long after the last answer", () => {
  const deadlines = new Deadlines(100);
  for (let i = 0; i < 1000; i++) deadlines.end(deadlines.begin(() => {}));
  for (let i = 0; i < 1000; i++) deadlines.begin(() => {});
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(101);
  expect(vi.getTimerCount()).toBe(0);
});

test("a wait that begins in the call of one that is late has its whole time", () => {
  const deadlines = new Deadlines(100);
  let late = 0;
  deadlines.begin(() => {
    deadlines.begin(() => late++);
  });
  vi.advanceTimersByTime(101);
  expect(late).toBe(0);
  vi.advanceTimersByTime(98);
  expect(late).toBe(0);
  vi.advanceTimersByTime(3);
  expect(late).toBe(1);
});

test("nor does it keep the timer from those before it", () => {
  const deadlines = new Deadlines(100);
  const late: string[] = [];
  deadlines.begin(() => {
    late.push("a");
    deadlines.begin(() => late.push("c"));
  });
  vi.advanceTimersByTime(10);
  deadlines.begin(() => late.push("b"));
  vi.advanceTimersByTime(101);
  expect(late).toEqual(["a", "b"]);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(late).toEqual(["a", "b", "c"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("it keeps the process alive as long as somebody waits, and no longer", () => {
  vi.useRealTimers();
  const timers = () => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
  const before = timers();
  const deadlines = new Deadlines(60_000);
  const [a, b] = [deadlines.begin(() => {}), deadlines.begin(() => {})];
  expect(timers()).toBe(before + 1);
  deadlines.end(a);
  expect(timers()).toBe(before + 1);
  deadlines.end(b);
  expect(timers()).toBe(before);
  const c = deadlines.begin(() => {});
  expect(timers()).toBe(before + 1);
  deadlines.end(c);
  expect(timers()).toBe(before);
});

test("timers may be numbers, as in a jsdom", () => {
  vi.stubGlobal("setTimeout", () => 1);
  try {
    const deadlines = new Deadlines(100);
    expect(deadlines.end(deadlines.begin(() => {}))).toBe(true);
    expect(deadlines.end(deadlines.begin(() => {}))).toBe(true);
  } finally {
    vi.unstubAllGlobals();
  }
});
