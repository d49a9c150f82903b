import { safeReturnTo } from "@coatcheck/core/guards";

/** It travels in a cookie, beside three others of its kind: request headers have their limits, too. */
const LONGEST = 1024;

/** Where to go after the login: a path of this application, whatever was asked for. */
export function returnToOf(value: string | null | undefined, fallback: string): string {
  const path = safeReturnTo(value, fallback);
  return path.length <= LONGEST ? path : fallback;
}
