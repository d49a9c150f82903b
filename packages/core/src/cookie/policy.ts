import { stringifySetCookie } from "cookie";
import { SessionConfigError } from "../errors.ts";
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

const KNOWN = [
  "name",
  "domain",
  "path",
  "secure",
  "httpOnly",
  "sameSite",
  "partitioned",
  "persistent",
];

// RFC 9110 section 5.6.2: the cookie package is more lenient than browsers need us to be.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// An LDH domain, as RFC 6265bis section 4.1.2.3 wants it: ASCII, no leading dot, no label with a hyphen at its edge.
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
// RFC 6265bis section 4.1.1 but "<", which the cookie package does not write.
const PATH = /^\/[\x20-\x3a\x3d-\x7e]*$/;
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
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new SessionConfigError("cookie", "cookie must be an object of cookie options");
  }
  if (CHECKED.has(options)) return options as CookiePolicy;
  return check(options as LooseCookieOptions);
}

function check(options: LooseCookieOptions): CookiePolicy {
  for (const key of Object.keys(options)) {
    if (!KNOWN.includes(key)) fail(key, `is not a cookie option; there are ${KNOWN.join(", ")}`);
  }
  const policy = {
    name: options.name ?? "__Host-id",
    domain: options.domain,
    path: options.path ?? "/",
    secure: flag(options.secure, "secure", true),
    httpOnly: flag(options.httpOnly, "httpOnly", true),
    sameSite: options.sameSite ?? "lax",
    partitioned: flag(options.partitioned, "partitioned", false),
    persistent: flag(options.persistent, "persistent", false),
  } as const;
  checkForm(policy);
  checkPrefix(policy);
  checkCrossSite(policy);
  const whole = { ...policy, attributes: attributesOf(policy) } as unknown as CookiePolicy;
  CHECKED.add(whole);
  return Object.freeze(whole);
}

type Draft = Omit<CookiePolicy, "attributes" | typeof checked>;

function checkForm(policy: Draft): void {
  if (typeof policy.name !== "string" || !TOKEN.test(policy.name)) {
    fail("name", "must be a token: letters, digits and !#$%&'*+-.^_`|~");
  }
  if (policy.name.length > MAX_COOKIE - TOKEN_LENGTH) {
    fail(
      "name",
      `is ${policy.name.length} bytes, and browsers drop a cookie of more than ${MAX_COOKIE} with its value`,
    );
  }
  if (policy.domain !== undefined && !isDomain(policy.domain)) {
    fail("domain", "must be a host name in ASCII without a leading dot, like example.com");
  }
  if (typeof policy.path !== "string" || !PATH.test(policy.path)) {
    fail("path", 'must start with "/" and hold no ";", "<" or control character');
  }
  if (policy.path.length > MAX_ATTRIBUTE) {
    fail("path", `is ${policy.path.length} bytes; browsers ignore more than ${MAX_ATTRIBUTE}`);
  }
  if (!["lax", "strict", "none"].includes(policy.sameSite)) {
    fail("sameSite", 'must be "lax", "strict" or "none"');
  }
}

/** RFC 6265bis section 4.1.3, compared without case as browsers do since `__host-` was used to get around it. */
function checkPrefix(policy: Draft): void {
  const name = policy.name.toLowerCase();
  const prefix = ["__host-http-", "__host-", "__secure-", "__http-"].find((it) =>
    name.startsWith(it),
  );
  if (prefix === undefined) return;
  if (!policy.secure) fail("secure", `must stay true with the name ${policy.name}`);
  if (prefix.includes("http") && !policy.httpOnly) {
    fail("httpOnly", `must stay true with the name ${policy.name}`);
  }
  if (!prefix.startsWith("__host-")) return;
  if (policy.domain !== undefined) {
    fail(
      "domain",
      `cannot go with the name ${policy.name}; use a __Secure- name to share the cookie`,
    );
  }
  if (policy.path !== "/") fail("path", `must be "/" with the name ${policy.name}`);
}

function checkCrossSite(policy: Draft): void {
  if (policy.secure) return;
  if (policy.sameSite === "none") fail("sameSite", '"none" needs secure: browsers drop the cookie');
  if (policy.partitioned) fail("partitioned", "needs secure: browsers drop the cookie");
}

function isDomain(domain: unknown): boolean {
  return typeof domain === "string" && domain.length <= 253 && DOMAIN.test(domain);
}

function attributesOf(policy: Draft): string {
  return stringifySetCookie({
    name: policy.name,
    value: "",
    path: policy.path,
    httpOnly: policy.httpOnly,
    secure: policy.secure,
    sameSite: policy.sameSite,
    partitioned: policy.partitioned,
    ...(policy.domain !== undefined && { domain: policy.domain }),
  }).slice(policy.name.length + 1);
}

function flag(value: unknown, option: string, standard: boolean): boolean {
  if (value === undefined) return standard;
  if (typeof value === "boolean") return value;
  return fail(option, "must be true or false");
}

function fail(option: string, rule: string): never {
  throw new SessionConfigError(`cookie.${option}`, `cookie.${option} ${rule}`);
}
