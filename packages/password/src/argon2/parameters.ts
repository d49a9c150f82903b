import { complete, fail, mustCount, oneOf } from "@coatcheck/core/token-storage";

/** What one argon2id hash costs. */
export interface Argon2Options {
  /** Memory of one hash in KiB. Default 19456 (19 MiB). */
  memoryKiB?: number;
  /** Passes over the memory. Default 2. */
  passes?: number;
  /** Lanes, each with a thread of its own while it is filled. Default 1. */
  lanes?: number;
  /**
   * The weakest that is allowed. `"owasp"` (default) refuses what the OWASP Password Storage Cheat Sheet calls too weak; `"none"` is for
   * tests.
   */
  floor?: "owasp" | "none";
}

/** RFC 9106 section 3.1: type, version and cost. */
export interface Argon2Parameters {
  readonly type: Argon2Type;
  readonly version: 16 | 19;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  /** Bytes. */
  readonly tagLength: number;
}

export type Argon2Type = "argon2id" | "argon2i" | "argon2d";

/** Memory times passes, in KiB: some two seconds. A damaged row must not keep a thread busy for hours. */
const MOST_WORK = 4 * 1024 * 1024;
const MOST_LANES = 64;
/** The OWASP Password Storage Cheat Sheet's settings of equal strength: passes, and the KiB that they need. */
const FLOOR: readonly (readonly [number, number])[] = [
  [1, 47104],
  [2, 19456],
  [3, 12288],
  [4, 9216],
  [5, 7168],
];
const DEFAULTS = {
  memoryKiB: 19456,
  passes: 2,
  lanes: 1,
  floor: "owasp",
} satisfies Argon2Options;

/** The parameters of new hashes, or a `SessionConfigError`. */
export function currentParameters(given: Argon2Options): Argon2Parameters {
  const { memoryKiB, passes, lanes, floor } = complete<Required<Argon2Options>>(
    given,
    "argon2",
    DEFAULTS,
  );
  mustCount("argon2.memoryKiB", memoryKiB);
  mustCount("argon2.passes", passes);
  mustCount("argon2.lanes", lanes);
  oneOf("argon2.floor", floor, "owasp", "none");
  if (lanes > MOST_LANES) fail("argon2.lanes", `must be at most ${MOST_LANES}`);
  if (memoryKiB < 8 * lanes) {
    fail("argon2.memoryKiB", `must be at least 8 a lane, as RFC 9106 section 3.1 has it`);
  }
  if (memoryKiB * passes > MOST_WORK) {
    fail("argon2", `asks for ${memoryKiB} KiB times ${passes} passes; at most ${MOST_WORK}`);
  }
  if (floor === "owasp" && memoryKiB < leastMemory(passes)) {
    fail(
      "argon2.memoryKiB",
      `must be at least ${leastMemory(passes)} with ${passes} passes (OWASP); argon2.floor: "none" allows less, for tests`,
    );
  }
  return { type: "argon2id", version: 19, memoryKiB, passes, lanes, tagLength: 32 };
}

/** Whether a stored hash asks for no more than a server should do for anyone. */
export function isBearable({ memoryKiB, passes, lanes }: Argon2Parameters): boolean {
  return memoryKiB * passes <= MOST_WORK && lanes <= MOST_LANES;
}

export function equalParameters(one: Argon2Parameters, other: Argon2Parameters): boolean {
  return (
    one.type === other.type &&
    one.version === other.version &&
    one.memoryKiB === other.memoryKiB &&
    one.passes === other.passes &&
    one.lanes === other.lanes &&
    one.tagLength === other.tagLength
  );
}

function leastMemory(passes: number): number {
  return FLOOR.findLast(([count]) => passes >= count)?.[1] ?? 0;
}
