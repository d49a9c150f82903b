/** So far may the provider's clock be apart from ours, either way: in seconds. */
export const SKEW = 60;

/** RFC 7519 section 2: seconds since the epoch, fractions too. Within what a date can be. */
export function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 8_640_000_000_000;
}

/** Something that names somebody. No half character either: in UTF-8 two such names would be one. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

/** Whether a token is for `audience`, perhaps among others (RFC 7519 section 4.1.3). */
export function isFor(aud: unknown, audience: string): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}
