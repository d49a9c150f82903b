import type { Random } from "@coatcheck/core";
import { complete, fail, mustBeFunction, mustCount } from "@coatcheck/core/token-storage";
import {
  type Argon2Options,
  type Argon2Parameters,
  currentParameters,
} from "../argon2/parameters.ts";
import type { GateLimits } from "../load/gate.ts";
import { defaultConcurrency } from "../load/threads.ts";
import type { HashScheme } from "../schemes/scheme.ts";
import { type PepperOptions, type Peppers, pepperRing } from "./pepper.ts";

/** How long a password may be, in Unicode code points after NFC. */
export interface PasswordLengths {
  /** Of a new password. Default 15, which NIST SP 800-63B-4 demands of a password that is the only factor; with a second factor 8, which is the least here. */
  min?: number;
  /** Of any. Default 256, which are at most 1024 bytes; from 64 to 4096. */
  max?: number;
}

export interface PasswordsOptions {
  /** The cost of new hashes. Default: 19 MiB, 2 passes, 1 lane. */
  argon2?: Argon2Options;
  /** A key without which the hashes are worth nothing to who took the database. Default: none. */
  pepper?: string | PepperOptions | undefined;
  /** Schemes whose hashes are verified and replaced, as `[bcrypt({ compare }), scrypt()]`. Argon2i and argon2d always are. Default: none. */
  accept?: readonly HashScheme[];
  length?: PasswordLengths;
  /**
   * Why this new password is refused, or undefined: a list of breached passwords belongs here. `hash` asks it, `verify` never. The reason
   * becomes the error's message, so it should not repeat the password.
   */
  check?: (password: string) => string | undefined | Promise<string | undefined>;
  /** Hashes at once. Default: a core each, and fewer than libuv has threads (`UV_THREADPOOL_SIZE`, 4). */
  concurrency?: number;
  /** Calls that may wait for their turn. Default 1000. The next one fails as `busy`. */
  maxQueue?: number;
  /** The KiB that a stored hash may ask for, all schemes included. Default 131072 (128 MiB), or what `argon2` needs if that is more. */
  maxStoredKiB?: number;
  /** Secure random bytes, for the salts. */
  random?: Random;
}

/** The options, checked. */
export interface PasswordSettings {
  readonly parameters: Argon2Parameters;
  readonly peppers: Peppers;
  readonly accept: readonly HashScheme[];
  readonly min: number;
  readonly max: number;
  readonly check: NonNullable<PasswordsOptions["check"]>;
  readonly limits: GateLimits;
  readonly maxStoredKiB: number;
  readonly random: Random;
}

const NIST_LEAST = 8;
const LONGEST = [64, 4096] as const;
const LENGTHS: Required<PasswordLengths> = { min: 15, max: 256 };

/** Throws a `SessionConfigError` that names the option. `random` is the default for `random`. */
export function settingsOf(options: PasswordsOptions, random: Random): PasswordSettings {
  const given = complete<Required<PasswordsOptions>>(options, "", {
    argon2: {},
    pepper: undefined,
    accept: [],
    length: {},
    check: () => undefined,
    concurrency: defaultConcurrency(),
    maxQueue: 1000,
    maxStoredKiB: 128 * 1024,
    random,
  });
  const parameters = currentParameters(given.argon2);
  const { min, max } = complete(given.length, "length", LENGTHS);
  mustCount("length.min", min);
  mustCount("length.max", max);
  if (min < NIST_LEAST) fail("length.min", `must be at least ${NIST_LEAST} (NIST SP 800-63B-4)`);
  if (max < LONGEST[0] || max > LONGEST[1]) {
    fail(
      "length.max",
      `must be from ${LONGEST[0]} (NIST SP 800-63B-4, ASVS 6.2.9) to ${LONGEST[1]}`,
    );
  }
  if (min > max) fail("length.min", "must not be more than length.max");
  mustCount("concurrency", given.concurrency);
  mustCount("maxQueue", given.maxQueue);
  mustCount("maxStoredKiB", given.maxStoredKiB);
  mustBeFunction("check", given.check);
  mustBeFunction("random", given.random);
  mustBeSchemes(given.accept);
  const maxStoredKiB = Math.max(given.maxStoredKiB, parameters.memoryKiB);
  const memoryKiB = Math.max(given.concurrency * parameters.memoryKiB, maxStoredKiB);
  return {
    parameters,
    peppers: pepperRing(given.pepper),
    accept: [...given.accept],
    min,
    max,
    check: given.check,
    limits: { concurrency: given.concurrency, maxQueue: given.maxQueue, memoryKiB },
    maxStoredKiB,
    random: given.random,
  };
}

function mustBeSchemes(accept: readonly unknown[]): void {
  if (!Array.isArray(accept)) fail("accept", "must be a list, as [bcrypt({ compare })]");
  for (const [index, it] of accept.entries()) {
    mustBeFunction(`accept[${index}].read`, (it as Partial<HashScheme> | undefined)?.read);
  }
}
