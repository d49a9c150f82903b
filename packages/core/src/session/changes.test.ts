import { describe, expect, test } from "vitest";
import { type Changes, type KeyChange, own, put, replay, type Values } from "./changes.ts";

const changes = (keys: [string, KeyChange][]): Changes => ({
  retain: undefined,
  keys: new Map(keys),
});

describe("own and put", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "", "0", "-1", "a.b"])(
    "a key named %j is a key like others",
    (key) => {
      const values: Values = {};
      expect(own(values, key)).toBeUndefined();
      put(values, key, { polluted: true });
      expect(own(values, key)).toEqual({ polluted: true });
      expect(Object.keys(values)).toEqual([key]);
      expect(({} as Values).polluted).toBeUndefined();
      expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
      expect(own(JSON.parse(JSON.stringify(values)) as Values, key)).toEqual({ polluted: true });
      put(values, key, undefined);
      expect(Object.hasOwn(values, key)).toBe(false);
    },
  );
});

describe("replay", () => {
  test("sets, deletes and updates on the fresh values, and leaves other keys alone", () => {
    const fresh = { a: 1, b: 2, n: 10, other: "theirs" };
    const done = replay(
      fresh,
      changes([
        ["a", { value: 5, late: false }],
        ["b", { value: undefined, late: false }],
        ["n", { late: false, updaters: [(n) => Number(n) + 1, (n) => Number(n) * 2] }],
      ]),
    );
    expect(done).toEqual({ a: 5, n: 22, other: "theirs" });
  });

  test("a clearing comes before everything and spares what it names", () => {
    const set = { value: 1, late: false } as const;
    const cleared: Changes = { retain: new Set(["kept"]), keys: new Map([["new", set]]) };
    expect(replay({ kept: 1, gone: 2 }, cleared)).toEqual({ kept: 1, new: 1 });
  });

  test("takes only what is allowed, of a clearing too", () => {
    const keys: Changes["keys"] = new Map([
      ["mine", { value: 1, late: false }],
      ["late", { value: 1, late: true }],
      ["not", { value: 1, late: false }],
    ]);
    const allowed = (key: string, late: boolean) => late || key === "mine" || key === "open";
    expect(replay({ open: 1, shut: 2 }, { retain: new Set(), keys }, allowed)).toEqual({
      shut: 2,
      mine: 1,
      late: 1,
    });
  });

  test("an update that gives undefined deletes", () => {
    const update = { updaters: [() => undefined], late: false } as const;
    expect(replay({ a: 1 }, { retain: undefined, keys: new Map([["a", update]]) })).toEqual({});
  });
});
