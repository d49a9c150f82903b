/** What a session holds: 294 bytes of JSON, of which a write changes `seen`. */
export const DATA = {
  name: "Ada Lovelace",
  userId: "user-48213",
  seen: 1_000_000,
  roles: ["customer", "buyer"],
  cart: [
    { sku: "apple-golden-1kg", count: 2, cents: 349 },
    { sku: "pear-conference-1kg", count: 1, cents: 399 },
    { sku: "plum-red-500g", count: 4, cents: 259 },
  ],
  theme: "dark",
  locale: "en-GB",
  timeZone: "UTC",
};
export type Data = typeof DATA;

/** All answers are equally long, so that they cost the framework the same. */
export const ANSWER_LENGTH = 12;
export const ANSWER = "all is well.";
export const NOBODY = "nobody there";

export function inAnswer(value: unknown): string {
  return value === undefined || value === null
    ? NOBODY
    : String(value).padStart(ANSWER_LENGTH, " ");
}

let written = DATA.seen;
/** Another value for each write, as long as the one before. */
export function nextValue(): number {
  written = written < 9_999_999 ? written + 1 : DATA.seen;
  return written;
}
