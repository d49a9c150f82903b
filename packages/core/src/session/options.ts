import { type Clock, systemClock } from "../clock.ts";
import { type CookieOptions, type CookiePolicy, cookiePolicy } from "../cookie/policy.ts";
import { type Duration, milliseconds } from "../duration.ts";
import { SessionConfigError } from "../errors.ts";
import { type Random, systemRandom } from "../random.ts";
import type { TrustedOrigins } from "../request/origin.ts";
import type { SessionLimit, SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import type { Lifetime } from "./lifetime.ts";
import type { OnInvalid, StandardSchema } from "./schema.ts";

/** Timeouts one by one. */
export interface TimeoutOptions {
  /** Silence allowed. Default `"30m"`. */
  idle?: Duration;
  /** Longest life, whatever happens; only a login starts it again. Default `"12h"`, at most `"400d"`. */
  absolute?: Duration;
  /** A visit is written down at most this often. Default `"1m"`, or a tenth of `idle` if that is shorter. */
  touchEvery?: Duration;
  /** How long a rotated token is still honoured, for requests in flight. Default `"10s"`, at most `"1m"`. */
  rotationGrace?: Duration;
}

/** The limits of NIST SP 800-63B-4, sections 2.1.3, 2.2.3 and 2.3.3. */
export type TimeoutPreset = "aal1" | "aal2" | "aal3";

export interface LimitOptions {
  /** How many sessions one user may have at once. */
  perUser: number;
  /** What a login past that does: end the user's oldest session (default), or fail with a `SessionLimitError`. */
  onLimit?: "evict-oldest" | "reject";
}

export interface CrossOriginOptions {
  /** Origins, as `"https://admin.example.com"`, from which unsafe requests may come. */
  trusted: readonly string[];
}

/** The options of `createSessions`. Each has a safe default. */
export interface SessionsOptions<Data extends object> {
  /** Where sessions are kept. Default: `memoryStore()`, which forgets them when the process ends. */
  storage?: SessionStore;
  /** Default: `__Host-id`, Secure, HttpOnly, SameSite=Lax, Path=/, gone with the browser. */
  cookie?: CookieOptions | CookiePolicy;
  /** Default: idle `"30m"`, absolute `"12h"`. */
  timeouts?: TimeoutOptions | TimeoutPreset;
  /** A Standard Schema for the data. It must accept its own output, and its output must be plain JSON. */
  schema?: StandardSchema<Data>;
  /** What to do with stored data that the schema refuses. Default `"discard"`. */
  onInvalid?: OnInvalid;
  /** Default: none. Needs a store with the capability *by user*. */
  limits?: LimitOptions;
  /** A store that fails: answer 503 (`"fail"`, the default), or serve the request as nobody (`"anonymous"`). */
  onStoreError?: "fail" | "anonymous";
  /** Unsafe requests from other origins are refused unless listed here; `"allow"` turns the check off. */
  crossOrigin?: CrossOriginOptions | "allow";
  /** How long a store may take for one call. Default `"2s"`. */
  storeTimeout?: Duration;
  /** Milliseconds since the epoch. Default `Date.now`. */
  clock?: Clock;
  /** Bytes from a cryptographically secure source. Default `node:crypto`. For tests only. */
  random?: Random;
}

/** The options, checked and complete. */
export interface Settings {
  readonly store: SessionStore;
  readonly cookie: CookiePolicy;
  readonly lifetime: Lifetime;
  readonly schema: StandardSchema | undefined;
  readonly onInvalid: OnInvalid;
  readonly limit: SessionLimit | undefined;
  readonly onStoreError: "fail" | "anonymous";
  readonly trusted: TrustedOrigins;
  readonly storeTimeout: number;
  readonly clock: Clock;
  readonly random: Random;
}

const KNOWN = [
  "storage",
  "cookie",
  "timeouts",
  "schema",
  "onInvalid",
  "limits",
  "onStoreError",
  "crossOrigin",
  "storeTimeout",
  "clock",
  "random",
];

const PRESETS: Readonly<Record<TimeoutPreset, TimeoutOptions>> = {
  aal1: { idle: "7d", absolute: "30d" },
  aal2: { idle: "1h", absolute: "24h" },
  aal3: { idle: "15m", absolute: "12h" },
};

const MAX_ABSOLUTE = milliseconds("400d", "timeouts.absolute");
/** A longer timer of Node.js fires at once. */
const MAX_TIMER = milliseconds("24d", "storeTimeout");
const MAX_GRACE = milliseconds("1m", "timeouts.rotationGrace");

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf<Data extends object>(options: SessionsOptions<Data>): Settings {
  onlyKnown(options, "", KNOWN);
  const clock = functionOf(options.clock, "clock") ?? systemClock;
  const store = options.storage === undefined ? memoryStore({ clock }) : options.storage;
  checkStore(store);
  return {
    store,
    cookie: cookiePolicy(options.cookie),
    lifetime: lifetimeOf(options.timeouts),
    schema: schemaOf(options.schema),
    onInvalid: onInvalidOf(options),
    limit: limitOf(options.limits, store),
    onStoreError: oneOf(options.onStoreError, "onStoreError", ["fail", "anonymous"]),
    trusted: trustedOf(options.crossOrigin),
    storeTimeout: storeTimeoutOf(options.storeTimeout),
    clock,
    random: functionOf(options.random, "random") ?? systemRandom,
  };
}

function lifetimeOf(option: TimeoutOptions | TimeoutPreset = {}): Lifetime {
  if (typeof option === "string" && !Object.hasOwn(PRESETS, option)) {
    fail("timeouts", 'must be an object, or one of "aal1", "aal2", "aal3"');
  }
  const timeouts = typeof option === "string" ? PRESETS[option] : option;
  onlyKnown(timeouts, "timeouts", ["idle", "absolute", "touchEvery", "rotationGrace"]);
  const idle = positive(timeouts.idle ?? "30m", "timeouts.idle");
  const absolute = positive(timeouts.absolute ?? "12h", "timeouts.absolute");
  const touchEvery =
    timeouts.touchEvery === undefined
      ? Math.min(60_000, Math.floor(idle / 10))
      : milliseconds(timeouts.touchEvery, "timeouts.touchEvery");
  const rotationGrace = milliseconds(timeouts.rotationGrace ?? "10s", "timeouts.rotationGrace");
  if (idle > absolute) {
    fail("timeouts.idle", "is longer than timeouts.absolute, so it would never be reached");
  }
  if (absolute > MAX_ABSOLUTE) {
    fail(
      "timeouts.absolute",
      "is past 400 days, where browsers cut every cookie off (RFC 6265bis)",
    );
  }
  if (touchEvery >= idle) {
    fail("timeouts.touchEvery", "must be shorter than timeouts.idle, or visits would go unnoticed");
  }
  if (rotationGrace > MAX_GRACE) {
    fail("timeouts.rotationGrace", 'must be at most "1m": a stolen old token works that long');
  }
  return { idle, absolute, touchEvery, rotationGrace };
}

function storeTimeoutOf(option: Duration = "2s"): number {
  const ms = positive(option, "storeTimeout");
  return ms <= MAX_TIMER ? ms : fail("storeTimeout", 'must be at most "24d", as timers are');
}

function limitOf(limits: LimitOptions | undefined, store: SessionStore): SessionLimit | undefined {
  if (limits === undefined) return undefined;
  onlyKnown(limits, "limits", ["perUser", "onLimit"]);
  if (!Number.isSafeInteger(limits.perUser) || limits.perUser < 1) {
    fail("limits.perUser", "must be a whole number from 1");
  }
  if (store.listByUser === undefined || store.destroyByUser === undefined) {
    fail("limits.perUser", "needs a store that can list by user; this one cannot");
  }
  const onLimit = oneOf(limits.onLimit, "limits.onLimit", ["evict-oldest", "reject"]);
  return { perUser: limits.perUser, onLimit };
}

function trustedOf(option: CrossOriginOptions | "allow" | undefined): TrustedOrigins {
  if (option === "allow") return "allow";
  if (option !== undefined && (typeof option !== "object" || option === null)) {
    fail("crossOrigin", 'must be { trusted: […] } or "allow"');
  }
  onlyKnown(option ?? {}, "crossOrigin", ["trusted"]);
  const trusted = option?.trusted ?? [];
  if (!Array.isArray(trusted)) fail("crossOrigin.trusted", "must be a list of origins");
  for (const origin of trusted) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      fail(
        "crossOrigin.trusted",
        `must hold origins like "https://example.com", not ${JSON.stringify(origin)}`,
      );
    }
  }
  return new Set(trusted);
}

function checkStore(store: SessionStore): void {
  const missing = (["read", "create", "update", "touch", "destroy"] as const).filter(
    (method) => typeof store?.[method] !== "function",
  );
  if (missing.length > 0) {
    fail("storage", `must be a session store; it lacks ${missing.join(", ")}`);
  }
}

function schemaOf(schema: StandardSchema | undefined): StandardSchema | undefined {
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    fail("schema", "must be a Standard Schema, as zod, valibot and arktype make them");
  }
  return schema;
}

function onInvalidOf(options: { onInvalid?: OnInvalid; schema?: unknown }): OnInvalid {
  if (typeof options.onInvalid === "function") return options.onInvalid;
  return oneOf<"discard" | "fail">(options.onInvalid, "onInvalid", ["discard", "fail"]);
}

function positive(value: unknown, option: string): number {
  const ms = milliseconds(value, option);
  return ms > 0 ? ms : fail(option, "must be longer than nothing");
}

function oneOf<T extends string>(value: unknown, option: string, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  if (allowed.includes(value as T)) return value as T;
  return fail(option, `must be one of ${allowed.map((it) => JSON.stringify(it)).join(", ")}`);
}

function functionOf<T>(value: T | undefined, option: string): T | undefined {
  return value === undefined || typeof value === "function"
    ? value
    : fail(option, "must be a function");
}

function onlyKnown(options: object, path: string, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) fail(path || "options", "must be an object");
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const option = path === "" ? key : `${path}.${key}`;
    fail(option, `is not an option; there are ${known.join(", ")}`);
  }
}

function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
