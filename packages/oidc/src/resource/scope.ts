import { fail } from "@coatcheck/core/token-storage";

/** RFC 6749 section 3.3. What is none would also break out of the challenge that names it. */
const SCOPE = /^[!#-[\]-~]+$/;

export function scopeOf(scope: string | readonly string[] | undefined): readonly string[] {
  if (scope === undefined) return [];
  const all: readonly string[] = typeof scope === "string" ? scope.split(" ") : scope;
  if (!Array.isArray(all) || !all.every((it) => typeof it === "string" && SCOPE.test(it))) {
    fail("scope", 'must be names of scopes, as ["cart:read"]');
  }
  return all;
}
