import type { LooseCookieOptions } from "@coatcheck/core";

/** The Set-Cookie line that `setCookie` would write had the policy refused nothing. */
export function lineOf(options: LooseCookieOptions, value: string, maxAge?: number): string {
  const { name, domain, path, httpOnly, secure, partitioned, sameSite = "lax" } = options;
  const attributes = [
    maxAge !== undefined && `Max-Age=${maxAge}`,
    domain !== undefined && `Domain=${domain}`,
    path !== undefined && `Path=${path}`,
    httpOnly && "HttpOnly",
    secure && "Secure",
    partitioned && "Partitioned",
    `SameSite=${capitalised(sameSite)}`,
  ];
  return [`${name}=${value}`, ...attributes.filter((it) => typeof it === "string")].join("; ");
}

export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
