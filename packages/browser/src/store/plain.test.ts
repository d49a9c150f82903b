import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainText } from "./plain.ts";

const cycle: Record<string, unknown> = { a: {} };
cycle.a = { b: cycle };
const loop: unknown[] = [];
loop.push([loop]);
const holed = [1, 2, 3];
delete holed[1];

describe("G14 what JSON would change is refused, with its path", () => {
  test.each<[string, unknown, string, RegExp]>([
    ["undefined", undefined, "k", /undefined/],
    ["NaN", Number.NaN, "k", /NaN/],
    ["Infinity", { a: Number.POSITIVE_INFINITY }, "k.a", /Infinity/],
    ["a BigInt", { a: [1n] }, "k.a[0]", /bigint/],
    ["a function", { a: () => 1 }, "k.a", /function/],
    ["a symbol", [Symbol("x")], "k[0]", /symbol/],
    ["a Date", { cart: [{ addedAt: new Date() }] }, "k.cart[0].addedAt", /a Date/],
    ["a Map", { m: new Map() }, "k.m", /a Map/],
    ["bytes", new Uint8Array(1), "k", /a Uint8Array/],
    ["a Promise", Promise.resolve(1), "k", /a Promise/],
    ["a boxed string", Object("x"), "k", /a String/],
    ["a toJSON", { a: { toJSON: () => 1 } }, "k.a", /more than it shows/],
    ["a symbol key", { [Symbol("x")]: 1 }, "k", /more than it shows/],
    ["an array of a class", new (class List extends Array {})(), "k", /a List/],
    ["an object that inherits", Object.create({ a: 1 }), "k", /an? Object/],
    ["a hole", { a: holed }, "k.a[1]", /undefined/],
    ["a cycle through objects", cycle, "k.a.b", /its own parent/],
    ["a cycle through arrays", loop, "k[0][0]", /its own parent/],
  ])("%s", (_, value, path, message) => {
    expect(() => plainText(value, "k")).toThrow(
      expect.objectContaining({
        code: "unserialisable",
        path,
        message: expect.stringMatching(message),
      }),
    );
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 })],
    ["a property that is undefined", { a: undefined, b: 1 }],
    ["one object in two places", (() => [{}].flatMap((it) => [it, it]))()],
    ["an own __proto__", JSON.parse('{"__proto__":{"a":1}}')],
  ])("%s is kept", (_, value) => {
    expect(plainText(value, "k")).toBe(JSON.stringify(value));
  });

  test("all that JSON can say is kept", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => plainText(value, "k") === JSON.stringify(value)),
    );
  });

  test("anything at all is refused or comes back as it is", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        let text: string;
        try {
          text = plainText(value, "k");
        } catch {
          return;
        }
        // Not the prototype null, and not the sign of zero.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(structuredClone(value))));
        expect(text).toBe(JSON.stringify(value));
      }),
    );
  });
});
