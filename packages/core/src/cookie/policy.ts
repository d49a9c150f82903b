import { type SetCookie, stringifySetCookie } from "cookie";
import { complete, fail, oneOf } from "../config.ts";
import { TOKEN_LENGTH } from "../token/token.ts";

type LetterOrDigit =
  | "a"
  | "b"
  | "c"
  | "d"
  | "e"
  | "f"
  | "g"
  | "h"
  | "i"
  | "j"
  | "k"
  | "l"
  | "m"
  | "n"
  | "o"
  | "p"
  | "q"
  | "r"
  | "s"
  | "t"
  | "u"
  | "v"
  | "w"
  | "x"
  | "y"
  | "z"
  | "A"
  | "B"
  | "C"
  | "D"
  | "E"
  | "F"
  | "G"
  | "H"
  | "I"
  | "J"
  | "K"
  | "L"
  | "M"
  | "N"
  | "O"
  | "P"
  | "Q"
  | "R"
  | "S"
  | "T"
  | "U"
  | "V"
  | "W"
  | "X"
  | "Y"
  | "Z"
  | "0"
  | "1"
  | "2"
  | "3"
  | "4"
  | "5"
  | "6"
  | "7"
  | "8"
  | "9";
/** A name without a `__…-` prefix. */
type PlainName = `${LetterOrDigit}${string}` | `_${LetterOrDigit}${string}`;

interface CommonCookieOptions {
  /**
   * Whether the cookie outlives the browser: `true` gives every session a Max-Age of its remaining absolute lifetime.
   * Default `false` (NIST SP 800-63B-4 section 5.1); `login(userId, { remember: true })` asks for it for one session.
   */
  persistent?: boolean;
}

interface HostCookieOptions extends CommonCookieOptions {
  /** Default `"__Host-id"`: the browser itself then refuses a cookie set from a subdomain or over plain HTTP. */
  name?: `__Host-${string}`;
  /** Not with a `__Host-` name. */
  domain?: undefined;
  path?: "/";
  secure?: true;
  /** Default `true`: no script can read the token. */
  httpOnly?: boolean;
  /** Default `"lax"`. */
  sameSite?: "lax" | "strict" | "none";
  /** Default `false`: a separate jar per top-level site (CHIPS). */
  partitioned?: boolean;
}

interface SecureCookieOptions extends CommonCookieOptions {
  name: `__Secure-${string}`;
  /** Shares the cookie with all subdomains of this host. */
  domain?: string;
  /** Default `"/"`. Paths are no security boundary. */
  path?: string;
  secure?: true;
  httpOnly?: boolean;
  sameSite?: "lax" | "strict" | "none";
  partitioned?: boolean;
}

interface HttpCookieOptions extends Omit<SecureCookieOptions, "name" | "httpOnly"> {
  name: `__Http-${string}`;
  httpOnly?: true;
}

interface PlainCookieOptions extends Omit<SecureCookieOptions, "name" | "secure"> {
  name: PlainName;
  secure?: true;
}

interface InsecureCookieOptions
  extends Omit<SecureCookieOptions, "name" | "secure" | "sameSite" | "partitioned"> {
  name: PlainName;
  /** Only for development without TLS. */
  secure: false;
  sameSite?: "lax" | "strict";
  partitioned?: false;
}

type SecureOptions =
  | HostCookieOptions
  | SecureCookieOptions
  | HttpCookieOptions
  | PlainCookieOptions;

/** The cookie's policy. Combinations that browsers refuse do not compile; `cookiePolicy` takes values known at run time only. */
export type CookieOptions = SecureOptions | InsecureCookieOptions;

/** The same without the help of types: for names and flags that come from the environment. */
export interface LooseCookieOptions extends CommonCookieOptions {
  name?: string;
  domain?: string;
  path?: string;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: "lax" | "strict" | "none";
  partitioned?: boolean;
}

declare const checked: unique symbol;

/** A policy that was checked: what it says is what every Set-Cookie of its sessions says. */
export interface CookiePolicy {
  readonly [checked]: true;
  readonly name: string;
  readonly domain: string | undefined;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: "lax" | "strict" | "none";
  readonly partitioned: boolean;
  readonly persistent: boolean;
  /** `; Path=/; HttpOnly; …`: the same for each cookie, so it is made once. */
  readonly attributes: string;
}

type Draft = Omit<CookiePolicy, "attributes" | typeof checked>;

const DEFAULTS: Draft = {
  name: "__Host-id",
  domain: undefined,
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "lax",
  partitioned: false,
  persistent: false,
};

// RFC 9110 section 5.6.2: the cookie package is more lenient than browsers need us to be.
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
// An LDH domain, as RFC 6265bis section 4.1.2.3 wants it: ASCII, no leading dot, no label with a hyphen at its edge.
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
// RFC 6265bis section 4.1.1 but "<", which the cookie package does not write.
const PATH = /^\/[\u0020-\u003A\u003D-\u007E]*$/;
/** RFC 6265bis section 4.1.3: what a cookie has to be that has a name of this kind. */
const PROMISES: ReadonlyArray<readonly [RegExp, keyof Draft, unknown]> = [
  [/^__(host|secure|http)-/i, "secure", true],
  [/^__(host-)?http-/i, "httpOnly", true],
  [/^__host-/i, "domain", undefined],
  [/^__host-/i, "path", "/"],
];
/** RFC 6265bis section 5.6: a browser drops a cookie whose name and value are longer together. */
export const MAX_COOKIE = 4096;
/** RFC 6265bis section 5.6: a browser ignores an attribute whose value is longer. */
const MAX_ATTRIBUTE = 1024;
/** The policies that were checked: what merely has their form is checked as any other object is. */
const CHECKED = new WeakSet<object>();

/** Checks a policy at run time. Throws a `SessionConfigError` that names the option and the remedy. */
export function cookiePolicy(
  options: LooseCookieOptions | CookieOptions | CookiePolicy = {},
): CookiePolicy {
  if (CHECKED.has(options)) return options as CookiePolicy;
  const draft = complete(options, "cookie", DEFAULTS);
  checkForm(draft);
  checkPrefix(draft);
  checkCrossSite(draft);
  const policy = Object.freeze({ ...draft, attributes: attributesOf(draft) });
  CHECKED.add(policy);
  return policy as unknown as CookiePolicy;
}

function checkForm({ name, domain, path, sameSite, ...flags }: Draft): void {
  if (!matches(name, TOKEN)) fail("cookie.name", "must be a token, like session-id");
  if (name.length > MAX_COOKIE - TOKEN_LENGTH) {
    fail(
      "cookie.name",
      `has ${name.length} bytes; browsers drop more than ${MAX_COOKIE} with the value`,
    );
  }
  if (domain !== undefined && !matches(domain, DOMAIN)) {
    fail("cookie.domain", "must be a host name in ASCII, like example.com");
  }
  if (!matches(path, PATH)) {
    fail("cookie.path", "must start with / and hold no ; < or control character");
  }
  if (path.length > MAX_ATTRIBUTE) {
    fail("cookie.path", `has ${path.length} bytes; browsers drop more than ${MAX_ATTRIBUTE}`);
  }
  oneOf("cookie.sameSite", sameSite, "lax", "strict", "none");
  for (const [flag, value] of Object.entries(flags)) oneOf(`cookie.${flag}`, value, true, false);
}

/** What a name promises to browsers. Without case, as they compare since `__host-` was used to get around it. */
function checkPrefix(draft: Draft): void {
  for (const [prefix, option, only] of PROMISES) {
    if (!prefix.test(draft.name) || draft[option] === only) continue;
    fail(`cookie.${option}`, `must be ${only ?? "left out"} with the name ${draft.name}`);
  }
}

/** Browsers drop such cookies. */
function checkCrossSite({ secure, sameSite, partitioned }: Draft): void {
  if (secure) return;
  if (sameSite === "none") fail("cookie.sameSite", '"none" needs secure: true');
  if (partitioned) fail("cookie.partitioned", "needs secure: true");
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function attributesOf(draft: Draft): string {
  const line = stringifySetCookie({ ...draft, value: "" } as SetCookie);
  return line.slice(draft.name.length + 1);
}
