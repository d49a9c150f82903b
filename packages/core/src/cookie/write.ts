import { CookieDeliveryError } from "../errors.ts";
import { type CookiePolicy, MAX_COOKIE } from "./policy.ts";

/**
 * The Set-Cookie line. `maxAge` in seconds; without it the browser forgets the cookie when it closes.
 * Throws a `CookieDeliveryError` with both numbers if the browser would drop it.
 */
export function setCookie(policy: CookiePolicy, value: string, maxAge?: number): string {
  // Both are ASCII: the name is a token, the value base64url.
  const size = policy.name.length + value.length;
  if (size > MAX_COOKIE) {
    throw new CookieDeliveryError(
      `cookie ${policy.name} has ${size} bytes; browsers drop more than ${MAX_COOKIE}: keep less in it`,
    );
  }
  const lifetime = maxAge === undefined ? "" : `; Max-Age=${Math.max(0, Math.floor(maxAge))}`;
  return `${policy.name}=${value}${lifetime}${policy.attributes}`;
}

/** Removes the cookie: the browser only obeys if Domain, Path and Partitioned are those it was set with. */
export function clearCookie(policy: CookiePolicy): string {
  return setCookie(policy, "", 0);
}
