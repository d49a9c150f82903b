/** A user id fits in every store's index. */
const MAX_LENGTH = 255;

/**
 * Refuses what some store could not keep or would confuse: two ids that differ in a lone surrogate are one in UTF-8.
 *
 * @throws TypeError
 */
export function assertUserId(userId: unknown, method: string): asserts userId is string {
  const fits = typeof userId === "string" && userId.length > 0 && userId.length <= MAX_LENGTH;
  if (fits && userId.isWellFormed() && !userId.includes("\0")) return;
  throw new TypeError(
    `${method}: userId must be a string of 1 to ${MAX_LENGTH} well-formed characters, no NUL`,
  );
}
