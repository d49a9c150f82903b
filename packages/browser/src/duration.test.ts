import { expect, test } from "vitest";
import { milliseconds } from "./duration.ts";

test.each([
  ["500ms", 500],
  ["90s", 90_000],
  ["1.5m", 90_000],
  ["12h", 43_200_000],
  ["14d", 1_209_600_000],
  [undefined, Number.POSITIVE_INFINITY],
])("%s", (given, length) => {
  expect(milliseconds(given, "ttl.idle")).toBe(length);
});

test.each([30, 0, "30", "m", "-1m", "0m", "1 m", "1w", "1.2.3m", ".", "", null, {}, ["1m"]])(
  "%j is refused by the option's name",
  (given) => {
    expect(() => milliseconds(given, "ttl.idle")).toThrow(
      expect.objectContaining({
        code: "config",
        option: "ttl.idle",
        message: expect.stringMatching(/^ttl\.idle must be .*"30m"/),
      }),
    );
  },
);
