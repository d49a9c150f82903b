import { fail } from "@coatcheck/core/token-storage";

/** Nobody can listen in between. */
const LOCAL = /^(localhost|127\.0\.0\.1)$/;

/** Whether a URL may be spoken with in the clear. */
export function isLocalHttp(url: URL): boolean {
  return url.protocol === "http:" && LOCAL.test(url.hostname);
}

/** A checked URL without query and fragment: https, or http for this very machine (RFC 8252 section 8.3). */
export function secureUrl(option: string, value: unknown): URL {
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (!url || !(url.protocol === "https:" || isLocalHttp(url))) {
    fail(option, "must be an https URL; http is for localhost and 127.0.0.1 alone");
  }
  if (/[?#]/.test(String(value)) || url.username || url.password) {
    fail(option, "must have no query, no fragment and no user");
  }
  return url;
}

export function originOf(option: string, value: unknown): string {
  const url = secureUrl(option, value);
  if (url.pathname !== "/") fail(option, 'must be an origin, like "https://shop.example.com"');
  return url.origin;
}
