import { complete, fail, oneOf } from "../config.ts";
import {
  type CookieOptions,
  type CookiePolicy,
  cookiePolicy,
  type LooseCookieOptions,
} from "../cookie/policy.ts";
import { type Duration, milliseconds } from "../duration.ts";
import { SessionConfigError } from "../errors.ts";
import { isObject } from "../object.ts";
import type { FormOptions } from "../sealed/form.ts";
import type { StandardSchema } from "../session/schema.ts";
import type { CookieCategory } from "./category.ts";

/** What a cookie's value is, how long it lasts, and what it is for. */
export interface CookieValueOptions<Value = string> {
  /**
   * A Standard Schema (zod, valibot, arktype) that answers at once. It must accept its own output, and its output must be plain
   * JSON. Default: any string.
   */
  schema?: StandardSchema<Value>;
  /** How long the browser keeps the cookie from the last `set` on, `"1s"` to `"400d"`. Default: until the browser closes. */
  maxAge?: Duration;
  /** Default `"necessary"`; must be said where `consent` is asked for. */
  category?: CookieCategory;
}

/** Without either, a client can read the cookie and write what it likes. */
export type CookieProtection =
  | {
      /** The client can read the value, and cannot make or change one (HMAC-SHA-256). 57 characters. Default `false`. */
      sign?: boolean;
      seal?: false;
    }
  | {
      sign?: false;
      /** The client can neither read nor make a value (AES-256-GCM). A third longer, and 54 characters. Default `false`. */
      seal?: boolean | FormOptions;
    };

// Distributes over the policies: those whose names may be so.
type Matching<Name extends string, Options> = Options extends { name?: infer Known }
  ? Name extends Known
    ? Omit<Options, "name" | "persistent">
    : never
  : never;

/** The policy's options for a cookie of this name, without the name: what browsers refuse does not compile. */
export type CookieAttributes<Name extends string> = Name extends `__Host-Http-${string}`
  ? Matching<Name, CookieOptions> & { httpOnly?: true }
  : Matching<Name, CookieOptions>;

declare const valueType: unique symbol;

/** A cookie, as `defineCookie` checked it. */
export interface CookieDefinition<Name extends string = string, Value = unknown> {
  readonly [valueType]?: Value;
  readonly name: Name;
  readonly policy: CookiePolicy;
  readonly schema: StandardSchema | undefined;
  /** Milliseconds; `undefined`: until the browser closes. */
  readonly maxAge: number | undefined;
  readonly category: CookieCategory | undefined;
  readonly protection: "none" | "sign" | "seal";
  readonly form: FormOptions;
}

/** The values of a cookie: `ValueOf<typeof theme>`. */
export type ValueOf<Definition> =
  Definition extends CookieDefinition<string, infer Value> ? Value : never;

const OWN = {
  schema: undefined as StandardSchema | undefined,
  maxAge: undefined as Duration | undefined,
  category: undefined as CookieCategory | undefined,
  sign: false,
  seal: false as boolean | FormOptions,
};

/** Of the policy; without `persistent`, which `maxAge` says. */
const ATTRIBUTES = {
  domain: undefined,
  path: undefined,
  secure: undefined,
  httpOnly: undefined,
  sameSite: undefined,
  partitioned: undefined,
} satisfies Record<keyof Omit<LooseCookieOptions, "name" | "persistent">, undefined>;

/** RFC 6265bis section 5.5: browsers cut off what is longer. */
export const MAX_AGE = 400 * 24 * 60 * 60 * 1000;

const DEFINED = new WeakSet<object>();

/**
 * Describes a cookie that is no session: a preference, a cart, a tracking id. Secure, HttpOnly, SameSite=Lax and Path=/ unless it is told
 * otherwise, and gone with the browser unless it has a `maxAge`. For a name or flags known at run time only give a `cookiePolicy(…)` in place
 * of the name.
 *
 * @throws SessionConfigError for any option that is unknown, impossible or unsafe, with the remedy in its message.
 */
export function defineCookie<const Name extends string, Value = string>(
  name: Name,
  options?: CookieAttributes<Name> & CookieValueOptions<Value> & CookieProtection,
): CookieDefinition<Name, Value>;
export function defineCookie<Value = string>(
  policy: CookiePolicy,
  options?: CookieValueOptions<Value> & CookieProtection,
): CookieDefinition<string, Value>;
export function defineCookie(
  nameOrPolicy: string | CookiePolicy,
  options: object = {},
): CookieDefinition {
  const named = typeof nameOrPolicy === "string";
  const name = named ? nameOrPolicy : cookiePolicy(nameOrPolicy ?? null).name;
  const given = complete(options, name, named ? { ...OWN, ...ATTRIBUTES } : OWN);
  const { schema, maxAge, category, sign, seal, ...attributes } = given;
  const policy = named ? policyOf(name, attributes) : cookiePolicy(nameOrPolicy);
  if (policy.persistent) fail(`${name}.persistent`, "is for sessions: give a maxAge instead");
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    fail(`${name}.schema`, "must be a Standard Schema, as of zod, valibot or arktype");
  }
  oneOf(
    `${name}.category`,
    category,
    undefined,
    "necessary",
    "preferences",
    "analytics",
    "marketing",
  );
  oneOf(`${name}.sign`, sign, true, false);
  if (!isObject(seal)) oneOf(`${name}.seal`, seal, true, false);
  if (sign && seal) fail(`${name}.sign`, "is part of what seal does: leave it out");
  const definition: CookieDefinition = Object.freeze({
    name,
    policy,
    schema,
    maxAge: maxAge === undefined ? undefined : lifetime(`${name}.maxAge`, maxAge),
    category,
    protection: seal ? "seal" : sign ? "sign" : "none",
    form: isObject(seal)
      ? complete<FormOptions>(seal, `${name}.seal`, { padTo: undefined, compressFrom: undefined })
      : {},
  });
  DEFINED.add(definition);
  return definition;
}

/** The cookie's own name in the errors: an application has many cookies. */
function policyOf(name: string, attributes: Omit<LooseCookieOptions, "name">): CookiePolicy {
  try {
    return cookiePolicy({ name, ...attributes });
  } catch (error) {
    if (!(error instanceof SessionConfigError) || error.option === "cookie.name") throw error;
    const option = error.option.replace("cookie", () => name);
    throw new SessionConfigError(
      option,
      error.message.replace(error.option, () => option),
    );
  }
}

function lifetime(option: string, value: unknown): number {
  const ms = milliseconds(value, option);
  // Max-Age counts in seconds, and 0 removes the cookie.
  if (ms < 1000) fail(option, 'must be at least "1s"');
  if (ms > MAX_AGE) fail(option, 'must be at most "400d": browsers keep no cookie longer');
  return ms;
}

/** Whether `defineCookie` made it: what merely has its form was never checked. */
export function isDefined(definition: unknown): definition is CookieDefinition {
  return DEFINED.has(definition as object);
}
