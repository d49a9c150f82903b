import type { LooseCookieOptions } from "@coatcheck/core";

/** A form that the policy refuses though the browser keeps the cookie. */
export interface StricterRule {
  readonly rule: string;
  readonly reason: string;
  readonly applies: (options: LooseCookieOptions) => boolean;
  /** The legal options that share every other rule with these. */
  readonly legal: (options: LooseCookieOptions) => LooseCookieOptions;
  /** What the browser keeps, where that is not what the legal options ask for. */
  readonly kept?: (options: LooseCookieOptions) => LooseCookieOptions;
}

/** The directory of the pages of `Pages`: the path of a cookie that names none (RFC 6265bis section 5.1.4). */
export const DEFAULT_PATH = "/app";

// Not = and ;, which make another cookie of the line, nor control characters, at which browsers drop it.
const OTHER_THAN_TOKEN = /[ "(),/:<>?@[\\\]{}]/g;
const OTHER_THAN_PATH = /[<\u0080-\uFFFF]/g;

/** All of them: where the policy refuses anything else, the browser drops the cookie. */
export const STRICTER: readonly StricterRule[] = [
  {
    rule: "a name is a token",
    reason:
      "servers and proxies parse other names differently; RFC 6265bis section 4.1.1 has servers write tokens",
    applies: ({ name = "" }) => name.search(OTHER_THAN_TOKEN) !== -1,
    legal: (options) => ({ ...options, name: options.name?.replace(OTHER_THAN_TOKEN, "-") ?? "" }),
    kept: (options) => options,
  },
  {
    rule: "a name leaves room for a token",
    reason: "it would be kept only as long as its value is empty",
    applies: ({ name = "" }) => name.length > 4_030,
    legal: (options) => ({ ...options, name: options.name?.slice(0, 4_030) ?? "" }),
    kept: (options) => options,
  },
  {
    rule: "a domain is not empty",
    reason: "the browser takes it for none; who reads it from an environment meant one",
    applies: ({ domain }) => domain === "",
    legal: ({ domain: _, ...options }) => options,
  },
  {
    rule: "a domain has no leading dot",
    reason: "it means nothing (RFC 6265bis section 5.6.3), but reads as if it did",
    applies: ({ domain = "" }) => domain.startsWith("."),
    legal: (options) => ({ ...options, domain: options.domain?.slice(1) ?? "" }),
  },
  {
    rule: "a domain is made of letters, digits and hyphens",
    reason: "no certificate is issued for a name with an underscore",
    applies: ({ domain = "" }) => domain.includes("_"),
    legal: (options) => ({ ...options, domain: options.domain?.replaceAll("_", "-") ?? "" }),
    kept: (options) => options,
  },
  {
    rule: "a path starts with a slash",
    reason: "the browser takes the directory of the page instead, which differs from page to page",
    applies: ({ path = "/" }) => !path.startsWith("/"),
    legal: (options) => ({ ...options, path: DEFAULT_PATH }),
  },
  {
    rule: "a path is ASCII without <",
    reason: "the cookie package writes no other; RFC 3986 has them percent-encoded in a URL",
    applies: ({ path = "/" }) => path.search(OTHER_THAN_PATH) !== -1,
    legal: (options) => ({ ...options, path: options.path?.replace(OTHER_THAN_PATH, "-") ?? "" }),
    kept: (options) => options,
  },
  {
    rule: "a path has at most 1024 bytes",
    reason: "the browser ignores it and takes the directory of the page instead",
    applies: ({ path = "/" }) => path.length > 1_024,
    legal: (options) => ({ ...options, path: DEFAULT_PATH }),
  },
];

/** The options with everything legal that no browser minds, what the browser keeps, and the rules that said so. */
export function lenient(options: LooseCookieOptions) {
  const rules = STRICTER.filter(({ applies }) => applies(options));
  return {
    rules,
    legal: rules.reduce((from, { legal }) => legal(from), options),
    kept: rules.reduce((from, { legal, kept = legal }) => kept(from), options),
  };
}
