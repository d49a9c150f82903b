import { SessionConfigError } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { bcrypt } from "../schemes/bcrypt.ts";
import { createPasswords } from "./manager.ts";
import type { PasswordsOptions } from "./options.ts";

describe("options", () => {
  test.each<[unknown, string, RegExp]>([
    [
      { argon2: { memoryKiB: 19455 } },
      "argon2.memoryKiB",
      /at least 19456 with 2 passes \(OWASP\)/,
    ],
    [{ argon2: { memoryKiB: 47103, passes: 1 } }, "argon2.memoryKiB", /at least 47104/],
    [{ argon2: { memoryKiB: 7167, passes: 40 } }, "argon2.memoryKiB", /at least 7168/],
    [{ argon2: { passes: 0 } }, "argon2.passes", /whole number from 1/],
    [{ argon2: { passes: 2.5 } }, "argon2.passes", /whole number from 1/],
    [{ argon2: { lanes: 65 } }, "argon2.lanes", /at most 64/],
    [
      { argon2: { memoryKiB: 15, lanes: 2, floor: "none" } },
      "argon2.memoryKiB",
      /at least 8 a lane/,
    ],
    [{ argon2: { memoryKiB: 2 ** 21, passes: 3 } }, "argon2", /at most 4194304/],
    [{ argon2: { floor: "low" } }, "argon2.floor", /"owasp" or "none"/],
    [
      { argon2: { memoryCost: 65536 } },
      "argon2.memoryCost",
      /is not an option; there are memoryKiB/,
    ],
    [{ length: { min: 7 } }, "length.min", /at least 8/],
    [{ length: { max: 63 } }, "length.max", /from 64/],
    [{ length: { max: 5000 } }, "length.max", /to 4096/],
    [{ length: { min: 100, max: 64 } }, "length.min", /more than length.max/],
    [{ concurrency: 0 }, "concurrency", /whole number from 1/],
    [{ maxQueue: Number.POSITIVE_INFINITY }, "maxQueue", /whole number from 1/],
    [{ maxStoredKiB: -1 }, "maxStoredKiB", /whole number from 1/],
    [{ accept: bcrypt({ compare: async () => true }) }, "accept", /must be a list/],
    [{ accept: [bcrypt] }, "accept[0].read", /must be a function/],
    [{ accept: [undefined] }, "accept[0].read", /must be a function/],
    [{ check: true }, "check", /must be a function/],
    [{ peppr: "x" }, "peppr", /is not an option; there are/],
    [null, "options", /must be an object/],
  ])("%j", (options, option, rule) => {
    try {
      createPasswords(options as PasswordsOptions);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SessionConfigError);
      expect(error).toMatchObject({ option });
      expect((error as Error).message).toMatch(rule);
    }
  });

  test.each<[PasswordsOptions, number]>([
    [{ concurrency: 2 }, 128],
    [{ concurrency: 8 }, 152],
    [{ concurrency: 2, maxStoredKiB: 1 }, 38],
    [{ concurrency: 4, argon2: { memoryKiB: 65536, passes: 3, lanes: 4 } }, 256],
  ])("%j: at most %i MiB", (options, mebibytes) => {
    expect(createPasswords(options).memoryBound).toBe(mebibytes * 2 ** 20);
  });

  test("bcrypt without a compare is refused", () => {
    expect(() => bcrypt({} as never)).toThrow(SessionConfigError);
  });
});
