import { describe, expect, test } from "vitest";
import { START } from "../testing/bench.ts";
import { type KeyOptions, keyRing } from "./key-ring.ts";
import { A, B, C, HOUR, keyNamed, spellings, testSealer } from "./testing/sealing.ts";

const END = START + HOUR;

describe("the key ring", () => {
  test("a key has the same id in every process and place, and another one than its neighbours", () => {
    const ids = keyRing({ current: A, next: B, older: [C] })
      .keys()
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(
      keyRing({ current: C, older: [B, A] })
        .keys()
        .map(({ id }) => id),
    ).toEqual(ids.toReversed());
    expect(keyRing(A).toJSON()).toEqual([{ id: "bd905865", state: "current" }]);
  });

  test.each<[string, KeyOptions | string, RegExp]>([
    ["the current key twice", { current: A, next: A }, /^keys\.next repeats the current key/],
    [
      "an older key twice",
      { current: A, older: [B, B] },
      /^keys\.older\[1\] repeats the older key/,
    ],
    [
      "the next key as an older",
      { current: A, next: B, older: B },
      /^keys\.older repeats the next/,
    ],
    ["no current key", { current: undefined, older: [A] }, /^keys\.current is missing/],
    ["an empty next", { current: A, next: "" }, /^keys\.next must be 32 random bytes/],
    [
      "a hole in the older",
      { current: A, older: [B, undefined as never] },
      /^keys\.older\[1\] is missing/,
    ],
    ["older: null", { current: A, older: null as never }, /^keys\.older must be a string/],
    [
      "a misspelt place",
      { current: A, old: B } as never,
      /^keys\.old is not an option; there are current, next, older/,
    ],
    ["a list", [A, B] as never, /^keys must be an object/],
    ["nothing", undefined as never, /^keys is missing/],
  ])("%s is refused", (_, keys, message) => {
    const build = () => keyRing(keys);
    expect(build).toThrow(message);
    try {
      build();
    } catch (error) {
      for (const key of [A, B, C]) expect(spellings(error)).not.toContain(key.slice(0, 12));
    }
  });

  test("two keys that happen to have one id are refused", () => {
    // Found by trying: 32 bits collide among some 80,000 keys.
    const [one, other] = [keyNamed("39551"), keyNamed("41375")];
    expect(keyRing(one).toJSON()).toEqual(keyRing(other).toJSON());
    expect(() => keyRing({ current: one, older: other })).toThrow(
      /^keys\.older has the same key id/,
    );
  });

  test("an option of another name is named in errors", () => {
    expect(() => keyRing({ current: A, next: "x" }, "storage.keys")).toThrow(
      /^storage\.keys\.next /,
    );
  });

  test("the state of the key that opens is told", () => {
    const seals = [A, B, C].map((key) => testSealer(key).seal("text", END));
    const ring = testSealer({ current: A, next: B, older: [C] });
    expect(seals.map((it) => ring.open(it))).toMatchObject([
      { ok: true, keyState: "current" },
      { ok: true, keyState: "next" },
      { ok: true, keyState: "older" },
    ]);
    const other = testSealer(A).open(seals[1] as string);
    expect(other).toEqual({ ok: false, reason: "unknown-key", keyId: undefined });
  });

  test("only the current key seals", () => {
    const seal = testSealer({ current: B, next: C, older: A }).seal("text", END);
    expect(testSealer(B).open(seal)).toMatchObject({ ok: true });
    for (const key of [A, C])
      expect(testSealer(key).open(seal)).toMatchObject({ reason: "unknown-key" });
  });

  test("four machines that change keys one by one open each other's seals at every step", () => {
    const steps: KeyOptions[] = [
      { current: A },
      { current: A, next: B },
      { current: B, older: A },
      { current: B },
    ];
    let checked = 0;
    // While step s is rolled out, some machines are at s and some still at s - 1.
    for (let step = 1; step < steps.length; step++) {
      for (let done = 0; done <= 4; done++) {
        const machines = Array.from({ length: 4 }, (_, i) =>
          testSealer(steps[i < done ? step : step - 1]),
        );
        for (const one of machines) {
          const seal = one.seal("text", END);
          for (const other of machines) {
            expect(other.open(seal)).toMatchObject({ ok: true, text: "text" });
            checked++;
          }
        }
      }
    }
    expect(checked).toBe(240);
    // Without the first step the same deploy would lose sessions.
    expect(
      testSealer({ current: A }).open(testSealer({ current: B, older: A }).seal("text", END)).ok,
    ).toBe(false);
  });

  test("G15 no spelling of a ring or of a key on it shows a key", () => {
    const ring = keyRing({ current: A, next: B, older: [C] });
    const text = [ring, ring.keys(), ...ring.keys(), { ring }].map(spellings).join("\n");
    expect(text).toContain("KeyRing [");
    for (const key of [A, B, C]) {
      const bytes = Buffer.from(key, "base64url");
      for (const encoding of ["base64url", "base64", "hex"] as const) {
        expect(text).not.toContain(bytes.toString(encoding).slice(0, 16));
      }
      expect(text).not.toContain([...bytes.subarray(0, 4)].join(", "));
    }
  });
});
