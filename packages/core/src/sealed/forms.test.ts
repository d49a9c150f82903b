import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compress, decompress } from "./compression.ts";
import { pad, unpad } from "./padding.ts";

const bytes = () => fc.uint8Array({ maxLength: 500 }).map((it) => Buffer.from(it));

test("padding comes off again, whatever the bytes end in", () => {
  fc.assert(
    fc.property(bytes(), fc.integer({ min: 1, max: 300 }), fc.nat(5), (text, multiple, zeros) => {
      const whole = Buffer.concat([text, Buffer.alloc(zeros)]);
      const padded = pad(whole, multiple);
      expect(padded.length % multiple).toBe(0);
      expect(padded.length - whole.length).toBeGreaterThan(0);
      expect(padded.length - whole.length).toBeLessThanOrEqual(multiple);
      expect(unpad(padded)).toEqual(whole);
    }),
  );
});

test("what was never padded does not unpad", () => {
  for (const it of [[], [0], [0, 0, 0], [1], [0x80, 1], [0x80, 1, 0]]) {
    expect(unpad(Buffer.from(it))).toBeUndefined();
  }
});

test("compression comes back, or was not worth it", () => {
  fc.assert(
    fc.property(bytes(), fc.integer({ min: 1, max: 20 }), (text, times) => {
      const whole = Buffer.concat(Array<Buffer>(times).fill(text));
      const compressed = compress(whole);
      if (!compressed) return;
      expect(compressed.length).toBeLessThan(whole.length);
      expect(decompress(compressed)).toEqual(whole);
    }),
  );
});

test("what is no deflate, or too much of it, does not inflate", () => {
  expect(decompress(Buffer.from("no deflate"))).toBeUndefined();
  expect(decompress(Buffer.alloc(0))).toBeUndefined();
  expect(compress(Buffer.alloc(250_001))).toBeUndefined();
  expect(decompress(deflateRawSync(Buffer.alloc(250_001)))).toBeUndefined();
});
