import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { milliseconds } from "./duration.ts";
import { SessionConfigError } from "./errors.ts";
import { failureOf } from "./testing/failure.ts";

describe("milliseconds", () => {
  test.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["12h", 43_200_000],
    ["14d", 1_209_600_000],
    ["1.5h", 5_400_000],
    ["0.5ms", 1],
    ["0s", 0],
    ["007m", 420_000],
  ])("reads %s as %i", (text, ms) => {
    expect(milliseconds(text, "timeouts.idle")).toBe(ms);
  });

  test.each(
    [
      30,
      0,
      -1,
      Number.NaN,
      30n,
      true,
      null,
      undefined,
      "",
      "30",
      "30 m",
      " 30m",
      "30m ",
      "30m\n",
      "30M",
      "-5m",
      "+5m",
      "1e3s",
      ".5h",
      "5.h",
      "1h30m",
      "30min",
      "1w",
      "Infinityd",
      "NaNs",
      "0x10s",
      "٣m",
      {},
      [],
      ["30m"],
      new Date(0),
      Object.create(null),
      Symbol("30m"),
      () => "30m",
    ].map((value) => ({ text: inspect(value), value })),
  )("refuses $text, naming the option and a way to write it", ({ value }) => {
    const error = failureOf(SessionConfigError, () => milliseconds(value, "timeouts.idle"));
    expect(error.option).toBe("timeouts.idle");
    expect(error.message).toMatch(/^timeouts\.idle must be a duration with its unit, like "30m"/);
  });

  test("says what was given instead", () => {
    const messageFor = (value: unknown) =>
      failureOf(SessionConfigError, () => milliseconds(value, "storeTimeout")).message;
    expect(messageFor(1800)).toMatch(/not 1800$/);
    expect(messageFor("1800")).toMatch(/not "1800"$/);
  });

  test("orders durations as their lengths are ordered", () => {
    const unit = fc.constantFrom("ms", "s", "m", "h", "d");
    const factor = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 } as Record<string, number>;
    fc.assert(
      fc.property(fc.nat(100_000), unit, (count, name) => {
        expect(milliseconds(`${count}${name}`, "it")).toBe(count * (factor[name] ?? Number.NaN));
      }),
    );
  });

  test("takes time in proportion to a long text", () => {
    const hostile = `${"9".repeat(1_000_000)}x`;
    const began = performance.now();
    expect(() => milliseconds(hostile, "it")).toThrow(SessionConfigError);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
