import { describe, expect, test, vi } from "vitest";
import { systemRandom } from "./random.ts";

describe("systemRandom", () => {
  test("gives as many bytes as asked for, across its pool's end and beyond its size", () => {
    for (const size of [1, 16, 32, 4_095, 4_096, 4_097, 10_000, 32, 0]) {
      expect(systemRandom(size)).toHaveLength(size);
    }
  });

  test("never hands a byte out twice: what was given stays as it was", () => {
    const first = systemRandom(32);
    const copy = Uint8Array.from(first);
    const seen = new Set<string>();
    for (let i = 0; i < 10_000; i++) seen.add(Buffer.from(systemRandom(32)).toString("hex"));
    expect(seen.size).toBe(10_000);
    expect(Uint8Array.from(first)).toEqual(copy);
  });

  test("a holder who overwrites its bytes does not change the next ones to a known value", () => {
    const one = systemRandom(32);
    one.fill(0);
    expect(Uint8Array.from(systemRandom(32))).not.toEqual(new Uint8Array(32));
  });

  test("ASVS 7.2.3: does not use Math.random", () => {
    const weak = vi.spyOn(Math, "random").mockImplementation(() => {
      throw new Error("Math.random is no source of secrets");
    });
    for (let i = 0; i < 1_000; i++) systemRandom(32);
    expect(weak).not.toHaveBeenCalled();
    weak.mockRestore();
  });

  test("spreads its bytes evenly", () => {
    const counts = new Uint32Array(256);
    for (let i = 0; i < 8_192; i++) {
      for (const byte of systemRandom(32)) counts[byte] = (counts[byte] ?? 0) + 1;
    }
    // 1024 expected of each, standard deviation 32: ten of them in either direction never happen.
    expect(Math.min(...counts)).toBeGreaterThan(704);
    expect(Math.max(...counts)).toBeLessThan(1_344);
  });
});
