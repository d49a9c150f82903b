import { createCipheriv, createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { START } from "../testing/bench.ts";
import type { Sealer } from "./sealer.ts";
import { A, ALPHABET, B, C, HOUR, keyNamed, testSealer } from "./testing/sealing.ts";

const END = START + HOUR;
const TEXT = JSON.stringify({ userId: "ada", cart: ["apple"], admin: false });
const absent = (it: Sealer, seals: Iterable<string>): number => {
  let count = 0;
  for (const seal of seals) {
    const opened = it.open(seal);
    if (opened.ok) throw new Error(`opened forgery ${count}: ${seal}`);
    count++;
  }
  return count;
};

describe("G12 forgeries are absent", () => {
  test("G12 every single bit flipped, in seals of every form and of many sizes", () => {
    let count = 0;
    for (const options of [
      {},
      { padTo: 64 },
      { compressFrom: 1 },
      { padTo: 32, compressFrom: 1 },
    ]) {
      const it = testSealer({ current: A, next: B, older: C }, options);
      for (const size of [0, 1, 2, 3, 15, 16, 17, 64, 300]) {
        const seal = it.seal(TEXT.repeat(5).slice(0, size), END);
        expect(it.open(seal).ok).toBe(true);
        const bytes = Buffer.from(seal, "base64url");
        count += absent(
          it,
          Array.from({ length: bytes.length * 8 }, (_, bit) => {
            const flipped = Buffer.from(bytes);
            flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
            return flipped.toString("base64url");
          }),
        );
      }
    }
    expect(count).toBeGreaterThan(25_000);
  });

  test("G12 every character replaced by every other, and by what is outside the alphabet", () => {
    const it = testSealer();
    const seal = it.seal(TEXT, END);
    const others = [...ALPHABET, ..."+/=.%!~ \t\n\r\0\u00e9\u0142\u{1f600}"];
    const forged = [...seal].flatMap((was, at) =>
      others.filter((to) => to !== was).map((to) => seal.slice(0, at) + to + seal.slice(at + 1)),
    );
    expect(absent(it, forged)).toBeGreaterThan(9_000);
  });

  test("G12 every truncation at both ends, and every extension by one character anywhere", () => {
    const it = testSealer();
    const seal = it.seal(TEXT, END);
    const forged = Array.from({ length: seal.length }, (_, at) => [
      seal.slice(0, at),
      seal.slice(at + 1),
      seal.slice(0, at) + seal.slice(at + 1),
      ...[..."AQgw_-= \n"].map((more) => seal.slice(0, at) + more + seal.slice(at)),
    ]).flat();
    const doubled = [...ALPHABET, "==", "=", " ", ".", seal].map((more) => seal + more);
    // To take out, or put in, one of two equal neighbours makes the same text in another way.
    const all = [...forged, ...doubled].filter((it) => it !== seal);
    expect(absent(it, all)).toBeGreaterThan(1_400);
  });

  test("G12 every other spelling of the same bytes", () => {
    const it = testSealer();
    let count = 0;
    for (let size = 0; size < 200; size++) {
      const seal = it.seal("?>~".repeat(70).slice(0, size), END);
      const bytes = Buffer.from(seal, "base64url");
      const middle = seal.length >> 1;
      const spare = [0, 0, 4, 2][seal.length % 4] as number;
      const last = ALPHABET.indexOf(seal.slice(-1));
      const spellings = [
        bytes.toString("base64"),
        bytes.toString("hex"),
        `${seal}=`,
        `${seal}==`,
        `${seal.slice(0, middle)}\r\n${seal.slice(middle)}`,
        ` ${seal}`,
        `${seal} `,
        `${seal}\0`,
        `"${seal}"`,
        encodeURIComponent(`${seal}=`),
        seal.replaceAll("-", "+").replaceAll("_", "/"),
        ...Array.from(
          { length: 2 ** spare - 1 },
          (_, i) => seal.slice(0, -1) + ALPHABET[last + i + 1],
        ),
      ].filter((spelling) => spelling !== seal);
      for (const spelling of spellings)
        expect(it.open(spelling)).toMatchObject({ reason: "malformed" });
      count += spellings.length;
    }
    expect(count).toBeGreaterThan(2_500);
  });

  test("G12 swaps between cookies, purposes, keys and rings", () => {
    const places = ["a", "b", "a\0", "__Host-id", "__Secure-id", ""].flatMap((cookieName) =>
      ["session", "cookie", "session\0a", "Session", ""].flatMap((purpose) =>
        [A, B].map((key) => testSealer(key, { cookieName, purpose })),
      ),
    );
    let swaps = 0;
    for (const from of places) {
      const seal = from.seal(TEXT, END);
      for (const to of places) {
        expect(to.open(seal).ok).toBe(to === from);
        if (to !== from) swaps++;
      }
    }
    expect(swaps).toBe(60 * 59);
  });

  test("G12 names that run into each other do not", () => {
    const seal = testSealer(A, { purpose: "ab", cookieName: "c" }).seal(TEXT, END);
    expect(testSealer(A, { purpose: "a", cookieName: "bc" }).open(seal)).toMatchObject({
      reason: "tampered",
    });
  });

  test("G12 parts of two genuine seals, exchanged", () => {
    const it = testSealer({ current: A, older: B });
    const one = Buffer.from(it.seal(TEXT, END), "base64url");
    const others = [
      it.seal(TEXT, END + 1),
      testSealer(B).seal(TEXT, END),
      it.seal(TEXT.replace("ada", "eve"), END),
    ];
    const parts = [0, 1, 5, 17, 23, 24, one.length - 16, one.length];
    const forged = others.flatMap((other) => {
      const two = Buffer.from(other, "base64url");
      return parts.slice(1).flatMap((to, index) => {
        const mixed = Buffer.from(one);
        two.copy(mixed, parts[index], parts[index], to);
        return mixed.equals(one) ? [] : [mixed.toString("base64url")];
      });
    });
    expect(absent(it, forged)).toBe(10);
  });

  test("G12 the expiry cannot be moved, not even to where another key would serve", () => {
    const it = testSealer();
    const bytes = Buffer.from(it.seal(TEXT, END), "base64url");
    const moved = fc.sample(fc.integer({ min: 0, max: 2 ** 48 - 1 }), { numRuns: 5_000, seed: 1 });
    const forged = moved
      .filter((expiresAt) => expiresAt !== END)
      .map((expiresAt) => {
        bytes.writeUIntBE(expiresAt, 17, 6);
        return bytes.toString("base64url");
      });
    expect(absent(it, forged)).toBeGreaterThan(4_900);
  });

  test("G12 a seal by the key itself, not by what is derived from it", () => {
    const it = testSealer();
    const bytes = Buffer.from(it.seal(TEXT, END), "base64url");
    const key = createSecretKey(Buffer.from(A, "base64url"));
    const cipher = createCipheriv("aes-256-gcm", key, bytes.subarray(5, 17));
    cipher.setAAD(bytes.subarray(0, 24));
    const sealed = Buffer.concat([
      bytes.subarray(0, 24),
      cipher.update(TEXT),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    expect(it.open(sealed.toString("base64url"))).toMatchObject({ reason: "tampered" });
  });

  test("G12 any text at all opens as absent and throws nothing", () => {
    const it = testSealer({ current: A, next: B, older: [C] });
    const shaped = fc.uint8Array({ minLength: 36, maxLength: 200 }).map((bytes) => {
      bytes[0] = 1;
      return Buffer.from(bytes).toString("base64url");
    });
    const any = fc.oneof(
      shaped,
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({ maxLength: 300 }),
    );
    fc.assert(
      fc.property(any, (seal) => !it.open(seal).ok),
      { numRuns: 20_000 },
    );
  });

  test("G12 what is longer than a cookie can be is refused, sealed by our own key or not", () => {
    const long = testSealer(A, { maxLength: 100_000 }).seal("x".repeat(5_000), END);
    const refused = { ok: false, reason: "malformed", keyId: undefined };
    expect(testSealer(A, { maxLength: long.length }).open(long)).toMatchObject({ ok: true });
    expect(testSealer(A, { maxLength: long.length - 1 }).open(long)).toEqual(refused);
    expect(testSealer().open("A".repeat(50_000_000))).toEqual(refused);
  });

  test("a forgery names the key only if the key is on the ring", () => {
    const it = testSealer();
    const seal = it.seal(TEXT, END);
    const opened = it.open(seal);
    const forged = it.open(seal.slice(0, -2) + (seal.endsWith("AA") ? "AQ" : "AA"));
    expect(forged).toMatchObject({ keyId: opened.keyId });
    expect(it.open(testSealer(keyNamed("stranger")).seal(TEXT, END)).keyId).toBeUndefined();
  });
});
