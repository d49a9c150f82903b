import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UnserialisableError } from "../errors.ts";
import type { SessionRecord } from "../store/contract.ts";
import { failureOf } from "../testing/failure.ts";
import { replay, type Values } from "./changes.ts";
import { WorkingCopy } from "./working-copy.ts";

const parse = (text: string) => JSON.parse(text) as Values;

/** Whether others have the same data at the same time, so that none may see what another does to them. */
let shared = false;
const texts = new Set<string>();

function recordOf(text: string): SessionRecord {
  const id = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return { id, version: 1 } as SessionRecord;
}

function copyOf(text: string, late?: boolean): WorkingCopy {
  if (!shared) return new WorkingCopy(text, undefined, late);
  texts.add(text);
  for (let i = 0; i < 2; i++) new WorkingCopy(text, recordOf(text)).has("");
  const copy = new WorkingCopy(text, recordOf(text), late);
  origins.set(copy, text);
  return copy;
}

/** Of each copy, the text that it began with; and what was committed of it. */
const origins = new WeakMap<WorkingCopy, string>();
const committed: Array<readonly [origin: string, stored: string]> = [];

/** What a commit does with a copy, over `fresh`, the newest version; `during` is what a handler does while the store works. */
function commit(copy: WorkingCopy, fresh?: string, during?: () => void): string {
  const { changes, snapshot } = copy.take();
  during?.();
  const stored = fresh === undefined ? snapshot : JSON.stringify(replay(parse(fresh), changes));
  copy.committed(stored);
  const origin = origins.get(copy);
  if (origin !== undefined) committed.push([origin, stored]);
  return stored;
}

/** A commit that fails, after `during`. */
function fail(copy: WorkingCopy, during?: () => void): void {
  const { changes } = copy.take();
  during?.();
  copy.restore(changes);
}

test("what one request has written the next one has, without a look at the text", () => {
  shared = true;
  const copy = copyOf('{"n":1,"list":[1]}');
  copy.set("n", -0);
  const stored = commit(copy);
  const next = new WorkingCopy(stored, recordOf('{"n":1,"list":[1]}'));
  const list = next.get("list") as number[];
  list.push(2);
  expect(next.get("n")).toBe(0);
  copy.set("n", 5);
  const third = new WorkingCopy(stored, recordOf('{"n":1,"list":[1]}'));
  expect(third.values()).toEqual({ n: 0, list: [1] });
});

describe.each([
  ["of data that nobody else has", false],
  ["of data that others have too", true],
])("%s", (_, isShared) => {
  beforeEach(() => {
    shared = isShared;
    texts.clear();
    committed.length = 0;
  });
  afterEach(() => {
    for (const [origin, stored] of committed) {
      const next = new WorkingCopy(stored, recordOf(origin));
      expect(next.values(), stored).toEqual(parse(stored));
    }
    for (const text of texts) expect(copyOf(text).values(), text).toEqual(parse(text));
  });

  describe("WorkingCopy: what counts as a change", () => {
    test("reading does not, nested values included", () => {
      const copy = copyOf('{"a":{"b":[1,2]},"c":1}');
      expect(copy.get("a")).toEqual({ b: [1, 2] });
      expect([copy.get("c"), copy.has("c"), copy.has("d"), Object.keys(copy.values())]).toEqual([
        1,
        true,
        false,
        ["a", "c"],
      ]);
      expect(copy.isChanged()).toBe(false);
    });

    test("what was mutated and mutated back does not", () => {
      const copy = copyOf('{"a":[1]}');
      (copy.get("a") as number[]).push(2);
      expect(copy.isChanged()).toBe(true);
      (copy.get("a") as number[]).pop();
      expect(copy.isChanged()).toBe(false);
    });

    test("set, delete, update, clear and a nested mutation each do", () => {
      const works: ((copy: WorkingCopy) => void)[] = [
        (copy) => copy.set("a", 1),
        (copy) => copy.set("o", undefined),
        (copy) => copy.set("nothing", undefined),
        (copy) => copy.update("a", () => 1),
        (copy) => copy.clear(new Set()),
        (copy) => {
          (copy.get("o") as Values).deep = { er: 1 };
        },
      ];
      for (const work of works) {
        const copy = copyOf('{"o":{}}');
        work(copy);
        expect(copy.isChanged()).toBe(true);
      }
    });

    test("nothing of an own commit does, whatever the order in which the store's text has the keys", () => {
      const copy = copyOf('{"a":[1]}');
      copy.get("a");
      copy.set("z", { z: 1 });
      commit(copy, '{"b":{"theirs":1},"a":[1]}');
      expect(copy.get("b")).toEqual({ theirs: 1 });
      expect(copy.isChanged()).toBe(false);
    });

    test("an inherited name is no key", () => {
      const copy = copyOf("{}");
      expect([copy.get("toString"), copy.has("constructor"), copy.get("__proto__")]).toEqual([
        undefined,
        false,
        undefined,
      ]);
    });
  });

  describe("WorkingCopy: G14 what JSON would not keep", () => {
    const bad = () => new Map([["a", 1]]);

    test("is refused at set and update, which then change nothing", () => {
      const copy = copyOf('{"a":1}');
      expect(failureOf(UnserialisableError, () => copy.set("a", { b: bad() })).path).toBe("a.b");
      expect(failureOf(UnserialisableError, () => copy.update("a", bad)).path).toBe("a");
      expect(copy.get("a")).toBe(1);
      expect(copy.isChanged()).toBe(false);
    });

    test.each<[string, (copy: WorkingCopy) => void]>([
      [
        "put into a value that was read",
        (copy) => Object.assign(copy.get("o") as object, { m: bad() }),
      ],
      [
        "that reads like what it replaces",
        (copy) => Object.assign(copy.get("o") as object, { e: new Map() }),
      ],
      [
        "put into a value after set",
        (copy) => {
          const value = {};
          copy.set("o", value);
          Object.assign(value, { m: bad() });
        },
      ],
      [
        "put into what update gave",
        (copy) => {
          const value = {};
          copy.update("o", () => value);
          Object.assign(value, { m: bad() });
        },
      ],
      [
        "put into a value after a commit",
        (copy) => {
          const value = {};
          copy.set("o", value);
          commit(copy);
          Object.assign(value, { m: bad() });
        },
      ],
    ])("is refused at commit: %s", (_, work) => {
      const copy = copyOf('{"o":{"e":{}}}');
      work(copy);
      const error = failureOf(UnserialisableError, () => copy.isChanged() && copy.take());
      expect(error.path).toMatch(/^o\.(m|e)$/);
    });

    test("an update that throws changes nothing", () => {
      const copy = copyOf('{"list":[1]}');
      const broken = () =>
        copy.update("list", (list) => {
          (list as number[]).push(2);
          throw new Error("no");
        });
      expect(broken).toThrow("no");
      copy.set("other", 1);
      expect(parse(commit(copy))).toEqual({ list: [1], other: 1 });
    });
  });

  describe("WorkingCopy: replayed on what others wrote", () => {
    test("G7 a value that was mutated and then updated keeps the mutation", () => {
      const copy = copyOf('{"list":["old"]}');
      (copy.get("list") as string[]).push("mutated");
      copy.update("list", (list) => [...(list as string[]), "updated"]);
      expect(parse(commit(copy, '{"list":["old"],"theirs":1}'))).toEqual({
        list: ["old", "mutated", "updated"],
        theirs: 1,
      });
    });

    test("G7 a value that was updated, mutated and updated again keeps all three", () => {
      const copy = copyOf('{"list":[]}');
      const add = (item: string) => copy.update("list", (list) => [...(list as string[]), item]);
      add("first");
      (copy.get("list") as string[]).push("mutated");
      add("second");
      expect(parse(commit(copy, '{"list":[]}'))).toEqual({ list: ["first", "mutated", "second"] });
    });

    test("G7 update runs again on the fresh value, in order with its like", () => {
      const copy = copyOf('{"n":1}');
      copy.update("n", (n) => Number(n) + 1);
      copy.update("n", (n) => Number(n) * 10);
      expect(copy.get("n")).toBe(20);
      expect(parse(commit(copy, '{"n":5}'))).toEqual({ n: 60 });
      expect(copy.get("n")).toBe(60);
    });

    test("G7 an update during a commit counts once, also if others write before the next", () => {
      const copy = copyOf('{"n":0}');
      const plus = () => copy.update("n", (n) => Number(n) + 1);
      plus();
      expect(parse(commit(copy, undefined, plus))).toEqual({ n: 1 });
      expect(copy.get("n")).toBe(2);
      expect(parse(commit(copy, '{"n":101}'))).toEqual({ n: 102 });
    });

    test("G7 an update during the commit of a set runs on what others made of it", () => {
      const copy = copyOf("{}");
      copy.set("n", 5);
      commit(copy, undefined, () => copy.update("n", (n) => Number(n) + 1));
      expect(copy.get("n")).toBe(6);
      expect(parse(commit(copy, '{"n":105}'))).toEqual({ n: 106 });
    });

    test("G7 an update during a commit that met others' writes runs on what they wrote", () => {
      const copy = copyOf('{"n":0}');
      copy.set("mine", 1);
      commit(copy, '{"n":100}', () => copy.update("n", (n) => Number(n) + 1));
      expect(copy.get("n")).toBe(101);
      expect(parse(commit(copy))).toEqual({ n: 101, mine: 1 });
    });

    test("a set during a commit that met others' writes wins over them, an equal value too", () => {
      const copy = copyOf('{"a":1,"b":1}');
      copy.set("mine", 1);
      commit(copy, '{"a":2,"b":2}', () => {
        copy.set("a", 1);
        copy.set("b", undefined);
      });
      expect(parse(commit(copy))).toEqual({ a: 1, mine: 1 });
    });

    test("a commit that failed leaves its changes to the next, below what came since", () => {
      const copy = copyOf('{"a":1,"n":0,"gone":1,"list":[]}');
      copy.set("a", 2);
      copy.update("n", (n) => Number(n) + 1);
      copy.set("gone", undefined);
      (copy.get("list") as number[]).push(1);
      fail(copy, () => {
        copy.update("n", (n) => Number(n) * 10);
        copy.update("a", (n) => Number(n) + 1);
        copy.set("b", 1);
      });
      expect(copy.isChanged()).toBe(true);
      const theirs = '{"a":50,"n":4,"gone":1,"list":[],"theirs":1}';
      expect(parse(commit(copy, theirs))).toEqual({ a: 3, n: 50, b: 1, list: [1], theirs: 1 });
    });

    test("a clear that failed, or came during a failure, clears in the next", () => {
      for (const when of ["before", "during"]) {
        const copy = copyOf('{"a":1}');
        if (when === "before") copy.clear(new Set());
        else copy.set("b", 1);
        fail(copy, () => (when === "during" ? copy.clear(new Set()) : copy.set("c", 1)));
        expect(parse(commit(copy, '{"a":1,"theirs":1}'))).toEqual(
          when === "before" ? { c: 1 } : {},
        );
      }
    });

    test("an update after a set of the same request is part of that set", () => {
      const copy = copyOf('{"n":0}');
      copy.set("n", 5);
      copy.update("n", (n) => Number(n) + 1);
      expect(parse(commit(copy, '{"n":100}'))).toEqual({ n: 6 });
    });

    test("an update after a clear begins with nothing", () => {
      const copy = copyOf('{"n":7,"other":1}');
      copy.clear(new Set());
      copy.update("n", (n) => Number(n ?? 0) + 1);
      expect(parse(commit(copy, '{"n":100,"other":2,"theirs":3}'))).toEqual({ n: 1 });
    });

    test("a clear during a commit clears what others wrote too", () => {
      const copy = copyOf('{"a":1}');
      copy.set("b", 2);
      commit(copy, '{"a":1,"theirs":1}', () => copy.clear(new Set()));
      expect(Object.keys(copy.values())).toEqual([]);
      expect(parse(commit(copy))).toEqual({});
    });

    test("mutations during a commit, of whatever kind, are found by the next", () => {
      const copy = copyOf('{"read":{"n":0}}');
      const read = copy.get("read") as { n: number };
      const own = { n: 0 };
      copy.set("own", own);
      const first = commit(copy, undefined, () => {
        read.n = 1;
        own.n = 1;
        copy.set("new", 1);
        copy.set("read", undefined);
      });
      expect(parse(first)).toEqual({ read: { n: 0 }, own: { n: 0 } });
      expect(copy.isChanged()).toBe(true);
      expect(parse(commit(copy, '{"read":{"n":0},"own":{"n":0},"theirs":1}'))).toEqual({
        own: { n: 1 },
        new: 1,
        theirs: 1,
      });
      expect(copy.isChanged()).toBe(false);
    });

    test("what an update gave and a handler mutated during a commit survives what others wrote", () => {
      const copy = copyOf('{"list":[]}');
      copy.set("mine", 1);
      commit(copy, '{"list":["theirs"],"mine":1}', () => {
        copy.update("list", (list) => [...(list as string[]), "updated"]);
        (copy.get("list") as string[]).push("mutated");
      });
      expect(parse(commit(copy))).toEqual({ list: ["updated", "mutated"], mine: 1 });
    });

    test("one value under two keys is watched under both", () => {
      const copy = copyOf("{}");
      const value = { n: 0 };
      copy.set("a", value);
      copy.set("b", value);
      commit(copy);
      value.n = 1;
      expect(parse(commit(copy, '{"a":{"n":0},"b":{"n":0}}'))).toEqual({
        a: { n: 1 },
        b: { n: 1 },
      });
    });

    test("of two clears, the first in a commit that failed, only what both keep stays", () => {
      const copy = copyOf('{"a":1,"b":2,"c":3}');
      copy.clear(new Set(["a", "b"]));
      fail(copy, () => copy.clear(new Set(["b", "c"])));
      expect(parse(commit(copy, '{"a":1,"b":2,"c":3}'))).toEqual({ b: 2 });
    });

    test("a value set keeps its identity, so that a handler who holds it goes on working", () => {
      const copy = copyOf("{}");
      const cart = ["apple"];
      copy.set("cart", cart);
      commit(copy, '{"theirs":1}');
      expect(copy.get("cart")).toBe(cart);
      cart.push("pear");
      expect(parse(commit(copy))).toEqual({ theirs: 1, cart: ["apple", "pear"] });
    });
  });

  // --- against a model ----------------------------------------------------------------------------------------------------

  const KEYS = ["a", "b", "__proto__", "constructor", "toString", "0", "10", "-1", "", "a.b", "é"];
  const key = fc.constantFrom(...KEYS);
  const json = fc.jsonValue({ maxDepth: 2, noUnicodeString: true });

  type Operation =
    | { readonly kind: "get" | "has" | "delete"; readonly key: string }
    | { readonly kind: "set"; readonly key: string; readonly value: unknown }
    | { readonly kind: "setAndMutate"; readonly key: string; readonly n: number }
    | { readonly kind: "count"; readonly key: string; readonly by: number }
    | { readonly kind: "mutate"; readonly key: string; readonly n: number }
    | { readonly kind: "clear"; readonly retain: readonly string[] };

  const operations = (names: fc.Arbitrary<string>): fc.Arbitrary<Operation> =>
    fc.oneof(
      fc.record({
        kind: fc.constantFrom("get" as const, "has" as const, "delete" as const),
        key: names,
      }),
      fc.record({ kind: fc.constant("set" as const), key: names, value: json }),
      fc.record({ kind: fc.constant("setAndMutate" as const), key: names, n: fc.nat() }),
      fc.record({ kind: fc.constant("count" as const), key: names, by: fc.nat(9) }),
      fc.record({ kind: fc.constant("mutate" as const), key: names, n: fc.nat() }),
    );
  const clearing = fc.record({ kind: fc.constant("clear" as const), retain: fc.subarray(KEYS) });

  const counted = (value: unknown, by: number) => (typeof value === "number" ? value : 0) + by;

  /** What an operation does to a plain Map of independent values. */
  function model(values: Map<string, unknown>, it: Operation): void {
    switch (it.kind) {
      case "set":
        values.set(it.key, structuredClone(it.value));
        return;
      case "setAndMutate":
        values.set(it.key, { n: it.n });
        return;
      case "count":
        values.set(it.key, counted(values.get(it.key), it.by));
        return;
      case "delete":
        values.delete(it.key);
        return;
      case "mutate": {
        const value = values.get(it.key);
        if (Array.isArray(value)) value.push(it.n);
        else if (typeof value === "object" && value !== null) Object.assign(value, { n: it.n });
        return;
      }
      case "clear":
        for (const name of [...values.keys()]) if (!it.retain.includes(name)) values.delete(name);
    }
  }

  function perform(copy: WorkingCopy, it: Operation): void {
    switch (it.kind) {
      case "get":
        copy.get(it.key);
        return;
      case "has":
        copy.has(it.key);
        return;
      case "set":
        copy.set(it.key, structuredClone(it.value));
        return;
      case "setAndMutate": {
        const value = {};
        copy.set(it.key, value);
        Object.assign(value, { n: it.n });
        return;
      }
      case "count":
        copy.update(it.key, (value) => counted(value, it.by));
        return;
      case "delete":
        copy.set(it.key, undefined);
        return;
      case "mutate": {
        const value = copy.get(it.key);
        if (Array.isArray(value)) value.push(it.n);
        else if (typeof value === "object" && value !== null) Object.assign(value, { n: it.n });
        return;
      }
      case "clear":
        copy.clear(new Set(it.retain));
    }
  }

  const entriesOf = (values: Values): [string, unknown][] =>
    Object.keys(values)
      .sort()
      .map((name) => [name, JSON.stringify(Object.getOwnPropertyDescriptor(values, name)?.value)]);
  const modelEntries = (values: Map<string, unknown>): [string, unknown][] =>
    [...values.keys()].sort().map((name) => [name, JSON.stringify(values.get(name))]);
  const mapOf = (text: string): Map<string, unknown> => {
    const values = parse(text);
    return new Map(
      Object.keys(values).map((name) => [
        name,
        Object.getOwnPropertyDescriptor(values, name)?.value,
      ]),
    );
  };

  const initial = fc
    .array(fc.tuple(key, json), { maxLength: 5 })
    .map((pairs) => JSON.stringify(Object.fromEntries(pairs)));

  describe("WorkingCopy against a model", () => {
    test("any operations, committed in batches, leave what a plain map holds", () => {
      const batches = fc.array(fc.array(fc.oneof(operations(key), clearing), { maxLength: 8 }), {
        maxLength: 4,
      });
      fc.assert(
        fc.property(initial, batches, (text, list) => {
          const copy = copyOf(text);
          const expected = mapOf(text);
          let stored = text;
          for (const batch of list) {
            for (const it of batch) {
              perform(copy, it);
              model(expected, it);
              for (const name of KEYS) {
                expect(JSON.stringify(copy.get(name))).toBe(JSON.stringify(expected.get(name)));
              }
            }
            // A change that is not found here would be lost.
            if (copy.isChanged()) stored = commit(copy);
            expect(entriesOf(parse(stored))).toEqual(modelEntries(expected));
          }
        }),
        { numRuns: 500 },
      );
    });

    test("replayed on the same version, the changes give the same as the copy itself", () => {
      fc.assert(
        fc.property(
          initial,
          fc.array(fc.oneof(operations(key), clearing), { maxLength: 10 }),
          (text, list) => {
            const copy = copyOf(text);
            for (const it of list) perform(copy, it);
            const own = JSON.stringify(copy.values());
            expect(entriesOf(replay(parse(text), copy.take().changes))).toEqual(
              entriesOf(parse(own)),
            );
          },
        ),
        { numRuns: 500 },
      );
    });

    test("G7 replayed on any other version, the other's keys are as they were", () => {
      const mine = fc.array(operations(fc.constantFrom("a", "__proto__", "0")), { maxLength: 8 });
      const theirs = fc.array(operations(fc.constantFrom("b", "constructor", "10")), {
        maxLength: 8,
      });
      fc.assert(
        fc.property(initial, mine, theirs, (text, left, right) => {
          const copy = copyOf(text);
          const other = copyOf(text);
          for (const it of left) perform(copy, it);
          for (const it of right) perform(other, it);
          const expected = mapOf(text);
          for (const it of [...left, ...right]) model(expected, it);
          const stored = commit(copy, commit(other));
          expect(entriesOf(parse(stored))).toEqual(modelEntries(expected));
          expect(entriesOf(copy.values())).toEqual(modelEntries(expected));
        }),
        { numRuns: 500 },
      );
    });

    test("operations before, during and after commits that fail are all in the one that works", () => {
      const list = fc.array(operations(fc.constantFrom("a", "__proto__")), { maxLength: 5 });
      fc.assert(
        fc.property(initial, list, list, list, (text, before, during, after) => {
          const copy = copyOf(text);
          const expected = mapOf(text);
          for (const it of [...before, ...during, ...after]) model(expected, it);
          for (const it of before) perform(copy, it);
          fail(copy, () => {
            for (const it of during) perform(copy, it);
          });
          for (const it of after) perform(copy, it);
          expect(entriesOf(copy.values())).toEqual(modelEntries(expected));
          const stored = copy.isChanged() ? commit(copy, text) : text;
          expect(entriesOf(parse(stored))).toEqual(modelEntries(expected));
        }),
        { numRuns: 500 },
      );
    });

    test("operations while a commit is under way are all in the next one, on top of what others wrote", () => {
      const list = fc.array(operations(fc.constantFrom("a", "__proto__")), { maxLength: 6 });
      fc.assert(
        fc.property(
          initial,
          list,
          list,
          fc.boolean(),
          fc.boolean(),
          (text, before, during, conflict, replayed) => {
            const copy = copyOf(text);
            const expected = mapOf(text);
            for (const it of before) perform(copy, it);
            for (const it of before) model(expected, it);
            if (conflict) expected.set("theirs", 1);
            const fresh = conflict ? JSON.stringify({ ...parse(text), theirs: 1 }) : undefined;
            let stored = commit(copy, fresh, () => {
              for (const it of during) perform(copy, it);
            });
            for (const it of during) model(expected, it);
            if (copy.isChanged()) stored = commit(copy, replayed ? stored : undefined);
            expect(entriesOf(parse(stored))).toEqual(modelEntries(expected));
          },
        ),
        { numRuns: 500 },
      );
    });
  });
});
