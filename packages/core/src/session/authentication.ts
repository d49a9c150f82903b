import { isObject } from "../object.ts";

/** A step-up: for a while the user counts as more thoroughly authenticated than the login alone showed. */
export interface Elevation {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly amr?: readonly string[] | undefined;
  readonly acr?: string | undefined;
}

/** How the user of a session authenticated, beyond when. Part of its state. */
export interface Authentication {
  /** By which methods: authentication method references of RFC 8176, as `["pwd", "otp"]`. */
  readonly amr?: readonly string[] | undefined;
  /** How well: an authentication context class. */
  readonly acr?: string | undefined;
  /** When, if not at the login itself: as an identity provider says. Milliseconds since the epoch. */
  readonly at?: number | undefined;
  readonly elevated?: Elevation | undefined;
  /** Whom the user who is logged in acts for. */
  readonly actingAs?: string | undefined;
  /** A remember-me token opened the session, and nobody has authenticated in it: the hash of the secret that it got then. */
  readonly resumed?: string | undefined;
}

/** What may be said of an authentication. */
export type Methods = Pick<Authentication, "amr" | "acr">;

/** The step-up that still holds. */
export function elevationAt(auth: Authentication | undefined, now: number): Elevation | undefined {
  return auth?.elevated && now < auth.elevated.until ? auth.elevated : undefined;
}

/** What is said of a login or a step-up, copied. Anything but texts is refused, since no later request could read it. */
export function methodsOf({ amr, acr }: Methods, method: string): Methods {
  if (!isMethods({ amr, acr })) throw new TypeError(`${method}: amr must be texts, acr a text`);
  return { ...(amr && { amr: [...amr] }), ...(acr !== undefined && { acr }) };
}

/** When the user authenticated elsewhere, if that was before `now`: a clock that is ahead makes nobody fresher. */
export function earlier(at: number | undefined, now: number): Pick<Authentication, "at"> {
  if (at === undefined || at >= now) return {};
  if (at >= 0) return { at };
  throw new TypeError("login(userId): authenticatedAt must be milliseconds since the epoch");
}

/** Whether it is one that this version could have written. */
export function isAuthentication(value: unknown): boolean {
  const { at = 0, elevated, actingAs = "", resumed = "" } = value as Authentication;
  return (
    isMethods(value) &&
    Number.isFinite(at) &&
    typeof actingAs === "string" &&
    typeof resumed === "string" &&
    (elevated === undefined || (isMethods(elevated) && Number.isFinite(elevated.until)))
  );
}

function isMethods(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { amr = [], acr = "" } = value;
  return Array.isArray(amr) && [...amr, acr].every((it) => typeof it === "string");
}

/** What of it goes along into another session: a step-up was for the one in which it was shown. */
export function lasting(auth: Authentication | undefined): Authentication | undefined {
  const { elevated, ...rest } = auth ?? {};
  return auth && rest;
}
