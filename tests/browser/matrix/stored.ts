import type { LooseCookieOptions } from "@coatcheck/core";
import type { StoredCookie } from "../visitor.ts";
import { CAP, type Origin } from "./combinations.ts";
import { capitalised } from "./line.ts";

/** When a cookie was set: between the two, in milliseconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What is in the jar, in the words of the options. */
export function described({
  name,
  value,
  domain,
  path,
  secure,
  httpOnly,
  sameSite,
  partitionKey,
}: StoredCookie) {
  return {
    name,
    value,
    domain,
    path,
    secure,
    httpOnly,
    sameSite,
    partition: partitionKey?.topLevelSite,
  };
}

/** What should be there. A Domain makes the cookie one of all subdomains, which the browser marks with a dot. */
export function asked(
  options: LooseCookieOptions,
  value: string,
  origin: Origin,
): ReturnType<typeof described> {
  const {
    name = "",
    domain,
    path = "/",
    secure = true,
    httpOnly = true,
    sameSite = "lax",
  } = options;
  return {
    name,
    value,
    domain: domain === undefined ? origin.host : `.${domain.toLowerCase()}`,
    path,
    secure,
    httpOnly,
    sameSite: capitalised(sameSite) as "Lax" | "Strict" | "None",
    partition: options.partitioned ? origin.site : undefined,
  };
}

/** Whether the cookie ends when it was to: with the browser, or after its Max-Age and the cap at the latest. */
export function endsAsAsked(
  cookie: StoredCookie,
  maxAge: number | undefined,
  set: Interval,
): boolean {
  if (maxAge === undefined) return cookie.session;
  const lifetime = Math.min(maxAge, CAP) * 1000;
  const end = cookie.expires * 1000;
  return !cookie.session && end >= set.from + lifetime && end <= set.to + lifetime;
}
