import type { LooseCookieOptions } from "@coatcheck/core";
import type { Scheme } from "../servers.ts";

/** Where the browser is when it gets a cookie. */
export interface Origin {
  readonly scheme: Scheme;
  readonly host: string;
  /** The site, as a partition is named. */
  readonly site: string;
  /** What `domain` may be there. */
  readonly domains: readonly (string | undefined)[];
}

/** A cookie that somebody could ask for, legal or not. */
export interface Combination {
  readonly options: LooseCookieOptions;
  /** In seconds; without it the browser forgets the cookie when it closes. */
  readonly maxAge: number | undefined;
}

export const ORIGINS: readonly Origin[] = [
  {
    scheme: "https",
    host: "sub.shop.example",
    site: "https://shop.example",
    domains: [undefined, "sub.shop.example", "shop.example", "SHOP.example", ".shop.example"],
  },
  {
    scheme: "http",
    host: "sub.shop.example",
    site: "http://shop.example",
    domains: [undefined, "shop.example"],
  },
  { scheme: "http", host: "localhost", site: "http://localhost", domains: [undefined] },
];

/** Each prefix as it is written, then in other cases, then what merely looks like one. */
export const NAMES = [
  "sid",
  "__Host-sid",
  "__Secure-sid",
  "__Http-sid",
  "__Host-Http-sid",
  "__host-sid",
  "__SECURE-sid",
  "__hTTp-sid",
  "__HOST-http-sid",
  "__Hostsid",
  "Host-sid",
  "__Http_sid",
  "x__Secure-sid",
] as const;

export const CAP = 400 * 86_400;
/** The last two are past the cap: a second, and ten years. */
const MAX_AGES = [undefined, 3_600, CAP, CAP + 1, 3_650 * 86_400];
const PATHS = ["/", "/app", '/a b,c="d"', "app", "/a<b"];
const FLAG = [true, false];
const SAME_SITE = ["lax", "strict", "none"] as const;

/** Every combination under one kind of name, each with a name of its own. The Max-Age goes round, as no rule joins it with the rest. */
export function combinationsOf(name: string, { domains }: Origin): Combination[] {
  let count = 0;
  return domains.flatMap((domain, d) =>
    PATHS.flatMap((path) =>
      SAME_SITE.flatMap((sameSite) =>
        FLAG.flatMap((secure) =>
          FLAG.flatMap((httpOnly) =>
            FLAG.map((partitioned) => {
              count++;
              const options = { path, secure, httpOnly, sameSite, partitioned };
              return {
                options: {
                  ...options,
                  name: `${name}-${count}`,
                  ...(domain !== undefined && { domain }),
                },
                // A next path, SameSite or domain is 24, 8 or 120 further on: every flag meets all five ages.
                maxAge: MAX_AGES[(count + d) % MAX_AGES.length],
              };
            }),
          ),
        ),
      ),
    ),
  );
}
