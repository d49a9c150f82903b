import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemRandom } from "../random.ts";
import { START } from "../testing/bench.ts";
import { A, B, HOUR, spellings, testSealer } from "./testing/sealing.ts";

const END = START + HOUR;
const text = () => fc.string({ unit: "grapheme", maxLength: 400 });

describe("seal and open", () => {
  test("any text comes back, with its expiry and key", () => {
    const form = fc.record({
      padTo: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
      compressFrom: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    });
    const expiry = fc.integer({ min: START + 1, max: 2 ** 48 - 1 });
    fc.assert(
      fc.property(text(), expiry, form, form, (it, expiresAt, options, others) => {
        const seal = testSealer(A, { ...options, maxLength: 20_000 }).seal(it, expiresAt);
        expect(seal).toMatch(/^[\w-]+$/);
        // Opened by a process whose options for the form have changed.
        const opened = testSealer(A, { ...others, maxLength: 20_000 }).open(seal);
        expect(opened).toEqual({
          ok: true,
          text: it,
          keyState: "current",
          keyId: opened.keyId,
          expiresAt,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test("the same text is never sealed the same", () => {
    const it = testSealer(A, { random: systemRandom });
    expect(it.seal("text", END)).not.toBe(it.seal("text", END));
  });

  test("100,000 seals have 100,000 nonces", () => {
    const it = testSealer(A, { random: systemRandom });
    const nonces = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      nonces.add(Buffer.from(it.seal("", END), "base64url").toString("latin1", 5, 17));
    }
    expect(nonces.size).toBe(100_000);
  });

  test("a source that gives too few bytes is not used", () => {
    const it = testSealer(A, { random: () => new Uint8Array(11) });
    expect(() => it.seal("text", END)).toThrow("random gave 11 bytes");
  });

  test("G12 a seal expires to the millisecond", () => {
    let now = START;
    const it = testSealer(A, { clock: () => now });
    const seal = it.seal("text", END);
    now = END - 1;
    expect(it.open(seal)).toMatchObject({ ok: true, expiresAt: END });
    now = END;
    expect(it.open(seal)).toMatchObject({ ok: false, reason: "expired" });
    now = START;
    expect(it.open(seal)).toMatchObject({ ok: true });
  });

  test.each([[Number.NaN], [-1], [1.5], [Number.POSITIVE_INFINITY], [2 ** 48]])(
    "an expiry of %s throws",
    (expiresAt) => {
      expect(() => testSealer().seal("text", expiresAt)).toThrow(RangeError);
    },
  );

  test("G14 a seal longer than may be sent throws, with the numbers and without the text", () => {
    const it = testSealer(A);
    const most = it.seal("x".repeat(3025), END);
    expect(most).toHaveLength(4096 - "__Host-id".length);
    expect(it.open(most).ok).toBe(true);
    expect(() => it.seal("x".repeat(3026), END)).toThrow("4088 characters of 3026 bytes");
    let error: unknown;
    try {
      it.seal("secret".repeat(600), END);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "cookie" });
    expect(String(error)).toContain("__Host-id has 4854 characters of 3600 bytes; at most 4087");
    expect(spellings(error)).not.toContain("secret");
  });

  test("G14 a text that UTF-8 would change throws", () => {
    expect(() => testSealer().seal("a \ud800 b", END)).toThrow("lone surrogates");
  });

  test("padding leaves only the multiple to be seen", () => {
    const it = testSealer(A, { padTo: 256 });
    const lengths = (from: number, to: number) =>
      new Set(
        Array.from({ length: to - from + 1 }, (_, i) => it.seal("x".repeat(from + i), END).length),
      );
    expect([...lengths(0, 255)]).toEqual([Math.ceil(((256 + 40) * 4) / 3)]);
    expect([...lengths(256, 511)]).toEqual([Math.ceil(((512 + 40) * 4) / 3)]);
  });

  test("compression starts at its threshold, and never makes a seal longer", () => {
    const it = testSealer(A, { compressFrom: 100 });
    const plain = testSealer(A);
    const length = (sealer: typeof it, text: string) => sealer.seal(text, END).length;
    expect(length(it, "x".repeat(99))).toBe(length(plain, "x".repeat(99)));
    expect(length(it, "x".repeat(100))).toBeLessThan(length(plain, "x".repeat(20)));
    const noise = Buffer.from(systemRandom(300))
      .toString("latin1")
      .replace(/[^!-~]/g, "");
    expect(length(it, noise.padEnd(100, noise))).toBeLessThanOrEqual(
      length(plain, noise.padEnd(100, noise)),
    );
  });

  test("what inflates past the cap was never sealed compressed, and is not opened", () => {
    const options = { compressFrom: 1, maxLength: 1_000_000 };
    const it = testSealer(A, options);
    expect(it.open(it.seal("x".repeat(250_000), END))).toMatchObject({ ok: true });
    expect(it.seal("x".repeat(250_000), END).length).toBeLessThan(1000);
    expect(it.seal("x".repeat(250_001), END).length).toBeGreaterThan(300_000);
  });

  test.each([
    [{ padTo: 0 }, /^padTo /],
    [{ padTo: 1.5 }, /^padTo /],
    [{ padTo: 3033 }, /^padTo makes every seal longer than the 4087 characters/],
    [{ compressFrom: -1 }, /^compressFrom /],
    [{ maxLength: 0 }, /^maxLength /],
    [{ clock: 1 as never }, /^clock /],
    [{ random: 1 as never }, /^random /],
  ])("options %j do not construct", (options, message) => {
    expect(() => testSealer(A, options)).toThrow(message);
  });

  test("seals of many weeks, in and out of order, all open", () => {
    let now = 0;
    const it = testSealer(A, { clock: () => now });
    const seals = Array.from({ length: 200 }, (_, week) =>
      it.seal(`${week}`, (week + 1) * 604_800_000),
    );
    for (const at of [0, 199, 100, 3, 150]) {
      expect(it.open(seals[at] as string)).toMatchObject({ ok: true, text: `${at}` });
    }
    now = 604_800_000 * 100;
    expect(seals.filter((seal) => it.open(seal).ok)).toHaveLength(100);
  });

  test("G15 a sealer and what it answers to forgeries show neither key nor text", () => {
    const it = testSealer({ current: A, older: B });
    const seal = it.seal("the text", END);
    const results = [
      it.open(`${seal}A`),
      it.open(seal.replace(/.$/, "!")),
      testSealer(B).open(seal),
    ];
    const shown = [it, ...results].map(spellings).join("\n");
    for (const hidden of [A, B, "the text", seal]) expect(shown).not.toContain(hidden.slice(0, 8));
  });
});
