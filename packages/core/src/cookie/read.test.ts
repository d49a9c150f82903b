import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCookie } from "./read.ts";

/** The same said slowly: RFC 6265bis section 5.8.3 joins pairs by "; ", so split there and look at each. */
function slowly(header: string, name: string): string[] {
  const values: string[] = [];
  for (const pair of header.split(";")) {
    const trimmed = pair.replace(/^[ \t]+/, "");
    if (!trimmed.startsWith(`${name}=`)) continue;
    const value = trimmed.slice(name.length + 1).trim();
    if (value !== "" && !values.includes(value)) values.push(value);
  }
  return values.slice(0, 4);
}

const read = (header: string) => readCookie(header, "__Host-id");

describe("readCookie", () => {
  test.each([
    ["__Host-id=abc", ["abc"]],
    ["a=1; __Host-id=abc; b=2", ["abc"]],
    ["a=1;__Host-id=abc;b=2", ["abc"]],
    [" \t __Host-id=abc", ["abc"]],
    ["a=1; \t __Host-id=abc", ["abc"]],
    ["__Host-id= abc ", ["abc"]],
    ["__Host-id=abc;", ["abc"]],
    [";;; __Host-id=abc", ["abc"]],
    ["__Host-id=a=b=c", ["a=b=c"]],
    ['__Host-id="abc"', ['"abc"']],
    ["__Host-id=a%3Bb", ["a%3Bb"]],
    ["__Host-id=a b", ["a b"]],
    ["__Host-id=", []],
    ["__Host-id= ; b=1", []],
    ["__Host-id", []],
    ["__Host-id; __Host-id=abc", ["abc"]],
    ["__Host-id =abc", []],
    ["x__Host-id=abc", []],
    ["__Host-idx=abc", []],
    ["a=__Host-id=abc", []],
    ["a= __Host-id=abc", []],
    ["a b __Host-id=abc", []],
    ['a="; __Host-id=abc"', ['abc"']],
    ["__host-id=abc", []],
    ["__HOST-ID=abc", []],
    ["=__Host-id=abc", []],
    ["", []],
    ["a=1, __Host-id=abc", []],
    ["a=__proto__; __proto__=x; __Host-id=abc", ["abc"]],
  ])("finds in %j: %j", (header, values) => {
    expect(read(header)).toEqual(values);
  });

  test("nothing is in no header", () => {
    expect(readCookie(undefined, "__Host-id")).toEqual([]);
  });

  test("repetitions count once, other values each, four at most, in the header's order", () => {
    expect(read("__Host-id=b; __Host-id=a; __Host-id=b")).toEqual(["b", "a"]);
    const many = [1, 2, 3, 4, 5, 6].map((n) => `__Host-id=v${n}`).join("; ");
    expect(read(many)).toEqual(["v1", "v2", "v3", "v4"]);
  });

  test("a cookie named __proto__ or constructor is one like others", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(readCookie(`a=1; ${name}=x`, name)).toEqual(["x"]);
      expect(readCookie("a=1", name)).toEqual([]);
    }
  });

  test("agrees with a slow parser on any header", () => {
    const piece = fc.constantFrom(
      "id=",
      "id",
      "xid=",
      "id=a",
      "id=b",
      "=",
      ";",
      "; ",
      " ",
      "\t",
      "a=1",
      "id =",
      '"',
      ",",
      "é",
      "id=id=",
    );
    const header = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary" }),
      fc
        .array(fc.tuple(fc.constantFrom("id", "xid", "i"), fc.string()), { maxLength: 10 })
        .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("; ")),
    );
    fc.assert(
      fc.property(header, (text) => {
        expect(readCookie(text, "id")).toEqual(slowly(text, "id"));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a hostile header", () => {
  const MEGABYTE = 1_000_000;
  const hostile: Record<string, (size: number) => string> = {
    "one huge value": (size) => `__Host-id=${"a".repeat(size)}`,
    "one huge foreign value": (size) => `a=${"a".repeat(size)}; __Host-id=x`,
    "only semicolons": (size) => ";".repeat(size),
    "only blanks": (size) => " ".repeat(size),
    "only our name, never a pair's start": (size) => `a${"__Host-id=".repeat(size / 10)}`,
    "our name after blanks, never a pair's start": (size) => `a${" __Host-id=".repeat(size / 11)}`,
    "our name after many blanks": (size) => `${" ".repeat(size)}__Host-id=x`,
    "one value a thousand times": (size) => "__Host-id=a; ".repeat(size / 13),
    "empty values": (size) => "__Host-id=;".repeat(size / 11),
    "prefixes of our name": (size) => "__Host-i".repeat(size / 8),
    "pairs of other names": (size) => "abc=def; ".repeat(size / 9),
  };

  test.each(Object.entries(hostile))("%s: a megabyte in linear time", (_, make) => {
    const header = make(MEGABYTE);
    readCookie(header.slice(0, 100_000), "__Host-id");
    const began = performance.now();
    const values = read(header);
    // A quadratic pass over a megabyte takes minutes.
    expect(performance.now() - began).toBeLessThan(250);
    expect(values.length).toBeLessThanOrEqual(4);
  });

  test("our pair after thousands of others is found", () => {
    const others = Array.from({ length: 5_000 }, (_, n) => `c${n}=${n}`).join("; ");
    expect(read(`${others}; __Host-id=abc; ${others}`)).toEqual(["abc"]);
  });
});
