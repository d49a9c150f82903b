import { type Clock, systemClock } from "../clock.ts";
import { complete, fail, mustBeFunction, mustCount, oneOf } from "../config.ts";
import { type CookieOptions, type CookiePolicy, cookiePolicy } from "../cookie/policy.ts";
import { type Duration, milliseconds } from "../duration.ts";
import { type Random, systemRandom } from "../random.ts";
import type { TrustedOrigins } from "../request/origin.ts";
import { type CrossOriginOptions, trustedOf } from "../request/trusted.ts";
import type { SessionLimit, SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { cookieTransport } from "../transport/cookie.ts";
import type { NamedTransport, SessionTransport, Transport } from "../transport/transport.ts";
import type { DescribeDevice } from "./device.ts";
import type { Lifetime } from "./lifetime.ts";
import type { RememberMe } from "./remembering.ts";
import type { OnInvalid, StandardSchema } from "./schema.ts";
import type { TokenStorage } from "./strategy.ts";

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

/** The options of `createSessions`. Each has a safe default. */
export interface SessionsOptions<Data extends object> {
  /** Where sessions are kept. Default: `memoryStore()`, which forgets them when the process ends. */
  storage?: SessionStore | TokenStorage;
  /** Default: `__Host-id`, Secure, HttpOnly, SameSite=Lax, Path=/, gone with the browser. */
  cookie?: CookieOptions | CookiePolicy;
  /**
   * How tokens travel. Several are looked for in this order, and a new session's token goes out by the first. Default: `cookie()`.
   * See `@coatcheck/core/transports`.
   */
  transport?: SessionTransport | readonly SessionTransport[];
  /** Default: idle `"30m"`, absolute `"12h"`. */
  timeouts?: TimeoutOptions | TimeoutPreset;
  /** A Standard Schema for the data. It must accept its own output, and its output must be plain JSON. */
  schema?: StandardSchema<Data>;
  /** What to do with stored data that the schema refuses. Default `"discard"`. */
  onInvalid?: OnInvalid;
  /** What a user's list of sessions is to say of the client of each, asked at the login. Default: nothing. See `@coatcheck/core/devices`. */
  device?: DescribeDevice | undefined;
  /** Default: none. Needs a store with the capability *by user*. */
  limits?: LimitOptions;
  /** What `login(userId, { remember: true })` means: a token of its own, from `rememberMe()` of `@coatcheck/core/remember`. Default: the session's cookie outlives the browser. */
  remember?: RememberMe | undefined;
  /** A store that fails: answer 503 (`"fail"`, the default), or serve the request as nobody (`"anonymous"`). */
  onStoreError?: "fail" | "anonymous";
  /** Unsafe requests from other origins are refused unless listed here; `"allow"` turns the check off. */
  crossOrigin?: CrossOriginOptions | "allow";
  /** How long a store may take for one call, and how long a commit waits for others to the same session. Default `"2s"`. */
  storeTimeout?: Duration;
  /** Milliseconds since the epoch. Default `Date.now`. */
  clock?: Clock;
  /** Bytes from a cryptographically secure source. Default `node:crypto`. For tests only. */
  random?: Random;
}

/** The options, checked and complete. */
export interface Settings {
  /** Of sessions that live in their token, what is remembered of them. */
  readonly store: SessionStore;
  readonly cookie: CookiePolicy;
  /** How tokens travel, in the order in which they are looked for; a new session's goes out by the first. */
  readonly transports: readonly Transport[];
  readonly timeouts: Lifetime;
  readonly schema: StandardSchema | undefined;
  readonly onInvalid: OnInvalid;
  readonly device: DescribeDevice | undefined;
  readonly remember: RememberMe | undefined;
  readonly limit: SessionLimit | undefined;
  readonly onStoreError: "fail" | "anonymous";
  readonly trusted: TrustedOrigins;
  readonly storeTimeout: number;
  readonly clock: Clock;
  readonly random: Random;
}

const DEFAULTS = {
  storage: undefined as SessionStore | TokenStorage | undefined,
  cookie: {} as CookieOptions,
  transport: cookieTransport as NamedTransport | readonly SessionTransport[],
  timeouts: {} as TimeoutOptions | TimeoutPreset,
  schema: undefined as StandardSchema | undefined,
  onInvalid: "discard" as OnInvalid,
  device: undefined as DescribeDevice | undefined,
  limits: undefined as LimitOptions | undefined,
  remember: undefined as RememberMe | undefined,
  onStoreError: "fail" as "fail" | "anonymous",
  crossOrigin: {} as CrossOriginOptions | "allow",
  storeTimeout: "2s" as Duration,
  clock: systemClock,
  random: systemRandom,
} satisfies Record<keyof SessionsOptions<object>, unknown>;

const TIMEOUTS = {
  idle: "30m" as Duration,
  absolute: "12h" as Duration,
  touchEvery: undefined as Duration | undefined,
  rotationGrace: "10s" as Duration,
} satisfies Record<keyof TimeoutOptions, unknown>;

const PRESETS: ReadonlyMap<unknown, TimeoutOptions> = new Map([
  ["aal1", { idle: "7d", absolute: "30d" }],
  ["aal2", { idle: "1h", absolute: "24h" }],
  ["aal3", { idle: "15m", absolute: "12h" }],
]);

/** The store of those who have none. */
const NONE = {} as SessionStore;

export function isTokenStorage(
  storage: SessionStore | TokenStorage | undefined,
): storage is TokenStorage {
  return typeof (storage as Partial<TokenStorage> | undefined)?.attach === "function";
}

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf<Data extends object>(options: SessionsOptions<Data>): Settings {
  const given = complete(options, "", DEFAULTS);
  const { schema, onInvalid, onStoreError, device, remember, clock, random } = given;
  const { storage = memoryStore({ clock }) } = given;
  const store = isTokenStorage(storage) ? (storage.revocation ?? NONE) : storage;
  mustBeFunction("clock", clock);
  mustBeFunction("random", random);
  if (device !== undefined) mustBeFunction("device", device);
  if (remember !== undefined) mustBeFunction("remember.attach", remember?.attach);
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    fail("schema", "must be a Standard Schema, as of zod, valibot or arktype");
  }
  if (typeof onInvalid !== "function") oneOf("onInvalid", onInvalid, "discard", "fail");
  oneOf("onStoreError", onStoreError, "fail", "anonymous");
  if (store !== NONE) checkStore(store);
  return {
    ...given,
    store,
    cookie: cookiePolicy(given.cookie),
    transports: transportsOf(given.transport),
    timeouts: lifetimeOf(given.timeouts),
    limit: limitOf(given.limits, store),
    trusted: trustedOf(given.crossOrigin),
    // A longer timer of Node.js fires at once.
    storeTimeout: duration("storeTimeout", given.storeTimeout, "24d", "a timer ends there"),
  };
}

function transportsOf(option: unknown): Transport[] {
  const list = [option].flat() as Transport[];
  if (!list[0] || list.some((it) => !it?.read)) {
    fail("transport", "must be a list of transports");
  }
  return list;
}

function lifetimeOf(option: TimeoutOptions | TimeoutPreset): Lifetime {
  const timeouts = complete(
    PRESETS.get(option) ?? option,
    "timeouts",
    TIMEOUTS,
    ', or one of "aal1", "aal2", "aal3"',
  );
  const absolute = duration("timeouts.absolute", timeouts.absolute, "400d", "a cookie ends there");
  const idle = duration(
    "timeouts.idle",
    timeouts.idle,
    timeouts.absolute,
    "timeouts.absolute ends there",
  );
  const rotationGrace = duration(
    "timeouts.rotationGrace",
    timeouts.rotationGrace,
    "1m",
    "a stolen token works as long",
    0,
  );
  const touchEvery =
    timeouts.touchEvery === undefined
      ? Math.min(60_000, Math.floor(idle / 10))
      : milliseconds(timeouts.touchEvery, "timeouts.touchEvery");
  if (touchEvery >= idle) {
    fail("timeouts.touchEvery", "must be shorter than timeouts.idle");
  }
  return { idle, absolute, touchEvery, rotationGrace };
}

function limitOf(limits: LimitOptions | undefined, store: SessionStore): SessionLimit | undefined {
  if (limits === undefined) return undefined;
  const limit = complete<SessionLimit>(limits, "limits", { perUser: 0, onLimit: "evict-oldest" });
  mustCount("limits.perUser", limit.perUser);
  if (!store.listByUser || !store.destroyByUser) {
    fail("limits.perUser", "must have a store that can list by user");
  }
  oneOf("limits.onLimit", limit.onLimit, "evict-oldest", "reject");
  return limit;
}

function checkStore(store: SessionStore): void {
  const missing = (["read", "create", "update", "touch", "destroy"] as const).filter(
    (method) => typeof store?.[method] !== "function",
  );
  if (missing[0]) fail("storage", `must be a session store; it lacks ${missing.join(", ")}`);
}

function duration(option: string, value: unknown, max: Duration, why: string, min = 1): number {
  const ms = milliseconds(value, option);
  if (ms < min) fail(option, "must be longer than nothing");
  if (ms > milliseconds(max, option)) fail(option, `must be at most "${max}": ${why}`);
  return ms;
}
