import { type Clock, systemClock } from "../clock.ts";
import { complete, fail, mustBeFunction, oneOf } from "../config.ts";
import { type CookieOptions, type CookiePolicy, cookiePolicy } from "../cookie/policy.ts";
import type { Duration } from "../duration.ts";
import { EventHub } from "../events.ts";
import { isObject } from "../object.ts";
import { type Random, systemRandom } from "../random.ts";
import type { TrustedOrigins } from "../request/origin.ts";
import { type CrossOriginOptions, trustedOf } from "../request/trusted.ts";
import { type KeyOptions, type KeyRing, keyRing } from "../sealed/key-ring.ts";
import { storedConsent } from "./consent.ts";
import { type CookieDefinition, defineCookie, isDefined } from "./definition.ts";
import type { CookieEvents } from "./events.ts";
import { type Place, placeOf } from "./place.ts";
import type { WireTools } from "./wire.ts";

/** How visitors are asked for consent. */
export interface ConsentOptions {
  /** Of the text that visitors agree to. Another one than a visitor has seen asks again. */
  version: string;
  /** How long a decision holds. Default `"180d"`: regulators want to be asked again after six months or so (CNIL, recommendation 2020-092). */
  maxAge?: Duration;
  /** The policy of the cookie that remembers the decision. Default: `__Host-consent`, and the others' defaults. */
  cookie?: CookieOptions | CookiePolicy;
  /**
   * Whether `Sec-GPC: 1` (Global Privacy Control) refuses analytics and marketing, whatever was granted. Default `true`: in some places
   * the law says so, and a visitor who set it has answered.
   */
  honourGpc?: boolean;
}

export interface CookiesOptions {
  /** For cookies that are signed or sealed: a key of `generateKey()`, or several with their places in life. */
  keys?: string | KeyOptions | undefined;
  /** Needed for cookies that are not necessary. Default: none is asked for. */
  consent?: ConsentOptions | undefined;
  /** Consent is given and withdrawn by our own pages, and by those of other origins that are listed here; `"allow"` turns the check off. */
  crossOrigin?: CrossOriginOptions | "allow";
  /** Milliseconds since the epoch. Default `Date.now`. */
  clock?: Clock;
  /** Bytes from a cryptographically secure source. Default `node:crypto`. For tests only. */
  random?: Random;
}

/** Consent, checked. */
export interface ConsentSettings {
  readonly version: string;
  readonly honourGpc: boolean;
  /** Whose requests may decide. */
  readonly trusted: TrustedOrigins;
  /** The cookie that remembers. */
  readonly place: Place;
}

/** The options, checked and complete. */
export interface CookieSettings extends WireTools {
  readonly events: EventHub<CookieEvents>;
  readonly places: ReadonlyMap<CookieDefinition, Place>;
  readonly consent: ConsentSettings | undefined;
}

const DEFAULTS = {
  keys: undefined as string | KeyOptions | undefined,
  consent: undefined as ConsentOptions | undefined,
  crossOrigin: {} as CrossOriginOptions | "allow",
  clock: systemClock,
  random: systemRandom,
} satisfies Record<keyof CookiesOptions, unknown>;

const CONSENT = {
  version: undefined as string | undefined,
  maxAge: "180d" as Duration,
  cookie: {} as CookieOptions | CookiePolicy,
  honourGpc: true,
} satisfies Record<keyof ConsentOptions, unknown>;

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf(
  definitions: readonly CookieDefinition[],
  options: CookiesOptions,
): CookieSettings {
  const { keys, consent, crossOrigin, clock, random } = complete(options, "", DEFAULTS);
  mustBeFunction("clock", clock);
  mustBeFunction("random", random);
  // `keys: process.env.KEYS` that is not set must not pass for "no keys" where some are needed: placed() sees to that.
  const ring = keys === undefined ? undefined : keyRing(keys);
  const tools = { ring, clock, random };
  const trusted = trustedOf(crossOrigin);
  const asked = consent === undefined ? undefined : consentOf(consent);
  if (!Array.isArray(definitions)) fail("definitions", "must be a list: createCookies([theme])");
  const places = new Map<CookieDefinition, Place>();
  const names = new Set(asked && [asked.definition.name]);
  for (const definition of definitions as readonly CookieDefinition[]) {
    checkDefinition(definition, ring, asked !== undefined);
    const { name } = definition;
    if (names.has(name)) fail(`${name}.name`, "is that of another cookie, too");
    names.add(name);
    places.set(definition, placeOf(definition, tools));
  }
  return {
    clock,
    events: new EventHub<CookieEvents>(),
    places,
    consent: asked && { ...asked, trusted, place: placeOf(asked.definition, tools) },
  };
}

function checkDefinition(
  definition: CookieDefinition,
  ring: KeyRing | undefined,
  asksConsent: boolean,
): void {
  if (!isDefined(definition)) fail("definitions", "must be made by defineCookie");
  const { name, protection, category } = definition;
  if (protection !== "none" && ring === undefined) {
    fail("keys", `are missing: cookie ${name} needs them; make one with generateKey()`);
  }
  if (asksConsent && category === undefined) {
    fail(`${name}.category`, 'must be said where consent is asked for: "necessary", or another');
  }
  if (!asksConsent && category !== undefined && category !== "necessary") {
    fail("consent", `is missing: cookie ${name} is for ${category}`);
  }
}

function consentOf(options: ConsentOptions): Omit<ConsentSettings, "place" | "trusted"> & {
  readonly definition: CookieDefinition;
} {
  const { version, maxAge, cookie, honourGpc } = complete(options, "consent", CONSENT);
  if (typeof version !== "string" || version === "") {
    fail("consent.version", 'must be a text, like "2026-01"');
  }
  oneOf("consent.honourGpc", honourGpc, true, false);
  // What is no object at all is for cookiePolicy to refuse.
  const unnamed = isObject(cookie) && cookie.name === undefined;
  const policy = cookiePolicy(unnamed ? { ...cookie, name: "__Host-consent" } : cookie);
  const definition = defineCookie(policy, {
    schema: storedConsent,
    maxAge,
    category: "necessary",
  });
  return { version, honourGpc, definition };
}
