import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnserialisableError } from "../errors.ts";
import { failureOf } from "../testing/failure.ts";
import { assertSerialisable } from "./serialisable.ts";

const accepts = (value: unknown): boolean => {
  try {
    assertSerialisable(value, "it");
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UnserialisableError);
    return false;
  }
};

class Point {
  x = 1;
}
const Nameless = (() => class {})();
const cycle: Record<string, unknown> = { a: {} };
cycle.a = { b: cycle };
const loop: unknown[] = [];
loop.push([loop]);
const holed = [1, 2, 3];
delete holed[1];
const match = "abc".match(/b/);

describe("G14 what JSON would change is refused, with its path and the remedy", () => {
  test.each<[string, unknown, string, RegExp]>([
    ["NaN", Number.NaN, "it", /NaN.*null or a string/],
    ["Infinity", { a: Number.POSITIVE_INFINITY }, "it.a", /Infinity/],
    ["a BigInt", { a: [1n] }, "it.a[0]", /a bigint.*a string/],
    ["a function", { a: () => 1 }, "it.a", /a function.*null or a string/],
    ["a symbol", [Symbol("x")], "it[0]", /a symbol/],
    [
      "a Date",
      { cart: [{ addedAt: new Date() }] },
      "it.cart[0].addedAt",
      /instance of Date.*toISOString/,
    ],
    ["a Map", { m: new Map() }, "it.m", /instance of Map.*Object\.fromEntries/],
    ["a Set", { s: new Set() }, "it.s", /instance of Set.*\[\.\.\.set\]/],
    ["bytes", new Uint8Array(1), "it", /Uint8Array.*base64/],
    ["a Buffer", { b: Buffer.from("x") }, "it.b", /Buffer.*base64/],
    ["an ArrayBuffer", new ArrayBuffer(1), "it", /instance of ArrayBuffer.*base64/],
    ["a RegExp", /x/, "it", /RegExp/],
    ["an Error", new Error("x"), "it", /instance of Error/],
    ["a Promise", Promise.resolve(), "it", /Promise/],
    ["a URL", { u: new URL("https://example.com") }, "it.u", /instance of URL/],
    ["an object of a class", { p: new Point() }, "it.p", /instance of Point.*plain object/],
    ["an object of a nameless class", new Nameless(), "it", /an instance of a class/],
    ["a boxed string", Object("x"), "it", /instance of String/],
    ["a boxed BigInt", Object(1n), "it", /instance of BigInt/],
    ["an object with toJSON", { a: { toJSON: () => 1 } }, "it.a", /toJSON/],
    [
      "an object with a hidden toJSON",
      { a: Object.defineProperty({}, "toJSON", { value: () => 1 }) },
      "it.a",
      /toJSON/,
    ],
    ["an object with symbol keys", { [Symbol("s")]: 1 }, "it", /symbol keys/],
    ["an object that inherits", Object.create({ inherited: 1 }), "it", /plain object/],
    ["undefined in an array", { a: [1, undefined] }, "it.a[1]", /undefined in an array.*null/],
    ["a hole in an array", { a: holed }, "it.a[1]", /undefined in an array/],
    ["an array with named properties", { match }, "it.match", /named keys/],
    ["an array of a class", new (class List extends Array {})(), "it", /instance of List/],
    ["a cycle through objects", cycle, "it.a.b", /its own parents.*tree/],
    ["a cycle through arrays", loop, "it[0][0]", /its own parents/],
    ["any key's value", { ok: { "a b": [{ c: 1n }] } }, "it.ok.a b[0].c", /bigint/],
    ["what stands under __proto__", JSON.parse('{"__proto__":{"a":1}}'), "", /^$/],
  ])("%s", (name, value, path, message) => {
    if (name === "what stands under __proto__") {
      expect(accepts(value)).toBe(true);
      const bad = JSON.parse('{"__proto__":{}}') as Record<string, Record<string, unknown>>;
      Object.assign(Object.getOwnPropertyDescriptor(bad, "__proto__")?.value as object, { d: 1n });
      expect(failureOf(UnserialisableError, () => assertSerialisable(bad, "it")).path).toBe(
        "it.__proto__.d",
      );
      return;
    }
    const error = failureOf(UnserialisableError, () => assertSerialisable(value, "it"));
    expect(error.path).toBe(path);
    expect(error.message).toMatch(message);
  });

  test.each([
    ["null", null],
    ["a string with lone surrogates", "\ud800"],
    ["an empty array", []],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 })],
    ["a property that is undefined", { a: undefined, b: { c: undefined } }],
    ["one object in two places", (() => [{}].flatMap((it) => [it, it]))()],
    ["a frozen object", Object.freeze({ a: Object.freeze([1]) })],
    ["keys like methods", { constructor: 1, toString: "x", hasOwnProperty: null, length: 0 }],
  ])("%s is kept", (_, value) => {
    expect(accepts(value)).toBe(true);
  });
});

/** Equal to what comes back, but for properties that are undefined and the sign of zero. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    return a === b;
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  const own = (it: object) =>
    Reflect.ownKeys(it).filter(
      (key) => Object.getOwnPropertyDescriptor(it, key)?.value !== undefined,
    );
  const ownValue = (it: object, key: PropertyKey) =>
    Object.getOwnPropertyDescriptor(it, key)?.value as unknown;
  const keys = own(a);
  return (
    keys.length === own(b).length && keys.every((key) => same(ownValue(a, key), ownValue(b, key)))
  );
}

describe("G14 anything at all", () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  });
  const survives = (value: unknown): void => {
    if (value === undefined || !accepts(value)) return;
    expect(same(value, JSON.parse(JSON.stringify(value)))).toBe(true);
  };

  test("is refused or survives the way through JSON", () => {
    fc.assert(fc.property(anything, survives), { numRuns: 3_000 });
  });

  test("that JSON can say is accepted, and survives", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(accepts(value)).toBe(true);
        survives(value);
      }),
    );
  });

  test("is left as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        assertSerialisable(value, "it");
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });
});
