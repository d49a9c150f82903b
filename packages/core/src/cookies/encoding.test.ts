import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeValue } from "./encoding.ts";

/** RFC 6265bis section 4.1.1, byte by byte. */
const isCookieOctet = (code: number): boolean =>
  code === 0x21 ||
  (code >= 0x23 && code <= 0x2b) ||
  (code >= 0x2d && code <= 0x3a) ||
  (code >= 0x3c && code <= 0x5b) ||
  (code >= 0x5d && code <= 0x7e);

const isCookieSafe = (text: string): boolean =>
  [...text].every((it) => isCookieOctet(it.codePointAt(0) as number));

describe("a value's text", () => {
  test.each([
    ["dark", "dark"],
    ["a/b?c=d&e~", "a/b?c=d&e~"],
    ["~dark", "~In5kYXJrIg"],
    ["", "~IiI"],
    ["two words", "~InR3byB3b3JkcyI"],
    [5, "~NQ"],
    ["5", "5"],
    [null, "~bnVsbA"],
    [["a"], "~WyJhIl0"],
  ])("%j is %s", (value, text) => {
    expect(encodeValue(value)).toBe(text);
    expect(decodeValue(text)).toEqual(value);
  });

  test("of one character stays as it is exactly if a cookie may hold it, of all 256 bytes and more", () => {
    for (let code = 0; code < 0x300; code += 1) {
      const character = String.fromCharCode(code);
      const stays = isCookieOctet(code) && character !== "~";
      expect([code, encodeValue(character) === character]).toEqual([code, stays]);
      expect(encodeValue(`a${character}`) === `a${character}`).toBe(isCookieOctet(code));
      expect(decodeValue(encodeValue(character))).toBe(character);
    }
  });
});

describe("any JSON value", () => {
  test("survives, by characters that every cookie may hold", () => {
    const value = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.string());
    fc.assert(
      fc.property(value, (it) => {
        const text = encodeValue(it);
        expect(isCookieSafe(text)).toBe(true);
        expect(text).not.toBe("");
        // JSON has one zero.
        expect(decodeValue(text)).toEqual(JSON.parse(JSON.stringify(it)));
      }),
      { numRuns: 20_000 },
    );
  });

  test("with lone surrogates survives", () => {
    for (const it of ["\ud800", ["\udfff"], { "\ud800": 1 }]) {
      expect(decodeValue(encodeValue(it))).toEqual(it);
    }
  });
});

describe("each value has one spelling", () => {
  const base64url = (text: string) => `~${Buffer.from(text).toString("base64url")}`;

  test.each([
    ["a string that needs no mark", base64url('"dark"')],
    ["blanks in JSON", base64url('{ "a": 1 }')],
    ["double keys", base64url('{"a":1,"a":2}')],
    ["a number with another spelling", base64url("1e0")],
    ["a number out of range", base64url("1e999")],
    ["minus zero", base64url("-0")],
    ["an escape that is not needed", base64url('"\\u0061 b"')],
    ["padding", "~bnVsbA=="],
    ["spare bits", "~bnVsbB"],
    ["the other alphabet", `~${Buffer.from('"??>"').toString("base64")}`],
    ["nothing behind the mark", "~"],
    ["nothing", ""],
    ["no JSON", base64url("{")],
    ["bytes that are no UTF-8", `~${Buffer.from([0x22, 0xff, 0x22]).toString("base64url")}`],
    ["a byte order mark", base64url("\ufeff1")],
    ["quotes", '"dark"'],
    ["a comma", "a,b"],
    ["a letter beyond ASCII", "é"],
  ])("%s is none", (_, text) => {
    expect(decodeValue(text)).toBeUndefined();
  });

  test("whatever is read is written the same way, and nothing throws", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map(base64url),
      fc.json().map(base64url),
      fc.stringMatching(/^~[\w-]*$/),
    );
    fc.assert(
      fc.property(text, (it) => {
        const value = decodeValue(it);
        if (value !== undefined) expect(encodeValue(value)).toBe(it);
      }),
      { numRuns: 20_000 },
    );
  });
});
