import { testLogin, testRecord } from "@coatcheck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode, HEAD_BYTES } from "./value.ts";

const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const userId = fc
  .string({ unit: "binary", minLength: 1, maxLength: 255 })
  .filter((it) => it.isWellFormed() && !it.includes("\0") && it.length <= 255);

describe("a record as one string", () => {
  test("comes back as it was", () => {
    const record = fc.record({
      version: time,
      userId: fc.option(userId),
      createdAt: time,
      authenticatedAt: fc.option(time),
      lastSeenAt: time,
      expiresAt: time,
      state: fc.string({ unit: "binary" }),
      data: fc.string({ unit: "binary" }),
    });
    fc.assert(
      fc.property(record, (fields) => {
        const given = testRecord(0, "a", fields);
        expect(decode(given.id, encode(given))).toEqual(given);
      }),
    );
  });

  test("has everything that a script looks at within the bytes that it reads", () => {
    const longest = { version: 1e15, userId: "\u{10ffff}".repeat(255), createdAt: 1e15 };
    const record = testLogin(1e15, "a", "", { ...longest, state: "s".repeat(1e9 / 2) });
    expect(Buffer.byteLength(encode(record).split("\0")[0] ?? "")).toBeLessThan(HEAD_BYTES);
  });

  test.each([
    { createdAt: -1 },
    { lastSeenAt: 0.5 },
    { expiresAt: Number.NaN },
    { expiresAt: 2 ** 53 },
  ])("is not made of %o, which the scripts would misread", (fields) => {
    expect(() => encode(testRecord(0, "a", fields))).toThrow(RangeError);
  });

  test.each(["", "hello", '{"cookie":{}}', `2${"0".repeat(40)}`])("is not read from %j", (text) => {
    expect(() => decode(testRecord(0, "a").id, text)).toThrow("holds something else");
  });
});
