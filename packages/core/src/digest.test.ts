import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64url, hmac, sameDigest, sha256 } from "./digest.ts";

describe("sha256", () => {
  test("gives the digest of FIPS 180-4's first example, in base64url", () => {
    expect(sha256("abc")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  });

  test("agrees with the streaming interface", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(sha256(text)).toBe(createHash("sha256").update(text).digest("base64url"));
      }),
    );
  });
});

describe("hmac", () => {
  test("gives the digest of RFC 4231's second case", () => {
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const digest = hmac("Jefe", "what do ya want for nothing?");
    expect(Buffer.from(digest, "base64url").toString("hex")).toBe(expected);
  });

  test("depends on both key and text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (key, text, other) => {
        const plain = createHmac("sha256", key).update(text).digest("base64url");
        expect(hmac(key, text)).toBe(plain);
        expect(hmac(key, other) === plain).toBe(other === text);
      }),
    );
  });
});

describe("sameDigest", () => {
  test("is equality, for digests of any length", () => {
    const digest = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 4 });
    fc.assert(
      fc.property(digest, digest, (a, b) => {
        expect(sameDigest(a, b)).toBe(a === b);
      }),
    );
  });
});

test("sameDigest looks at every character, up to the last", () => {
  const digest = sha256("abc");
  for (let at = 0; at < digest.length; at++) {
    const other = `${digest.slice(0, at)}${digest[at] === "A" ? "B" : "A"}${digest.slice(at + 1)}`;
    expect(sameDigest(digest, other)).toBe(false);
  }
  expect(sameDigest(digest, `${digest}A`)).toBe(false);
  expect(sameDigest(digest, digest)).toBe(true);
});

test("base64url writes only the bytes of a view, not of the buffer behind it", () => {
  const buffer = Uint8Array.from([255, 1, 2, 3, 255]);
  expect(base64url(buffer.subarray(1, 4))).toBe("AQID");
});
