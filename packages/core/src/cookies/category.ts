import { fail } from "../config.ts";

/** What a visitor has to agree to before such a cookie may be set or read. */
export type ConsentCategory = "preferences" | "analytics" | "marketing";

/** What a cookie is for. `"necessary"` is what the visitor asked for: a cart, a login, the consent itself. */
export type CookieCategory = "necessary" | ConsentCategory;

export const CONSENT_CATEGORIES: readonly ConsentCategory[] = [
  "preferences",
  "analytics",
  "marketing",
];

/** One or several of them, in one order and without repetition. Throws a `SessionConfigError` for anything else. */
export function categoriesOf(
  given: ConsentCategory | readonly ConsentCategory[],
): ConsentCategory[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const known: readonly unknown[] = CONSENT_CATEGORIES;
  // Not shown: it may come from a form.
  if (!list.every((it) => known.includes(it))) {
    fail("categories", `must be of ${CONSENT_CATEGORIES.join(", ")}`);
  }
  return CONSENT_CATEGORIES.filter((it) => list.includes(it));
}
