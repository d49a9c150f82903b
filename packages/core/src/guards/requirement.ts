import { type Duration, milliseconds } from "../duration.ts";

/** What a guard looks at. */
export interface GuardedSession {
  readonly userId: string | undefined;
  /** Who really is logged in, while they act for `userId`. */
  readonly actorId?: string | undefined;
  /** Until when a step-up holds. */
  readonly elevatedUntil?: number | undefined;
  /** The methods by which the user authenticated, and how well. */
  readonly amr?: readonly string[];
  readonly acr?: string | undefined;
  /** A remember-me token opened the session and nobody has authenticated in it since. */
  readonly resumed?: boolean;
  authenticatedWithin(duration: Duration): boolean;
}

/** Why a session is not enough. */
export interface Refusal {
  readonly code: "unauthenticated" | "stale-login" | "not-elevated" | "forbidden";
  /**
   * 401 also for a login that is too old, as RFC 9470 section 3 has it: whoever logs in again gets through. 403 would say that they
   * need not try (RFC 9110 section 15.5.4).
   */
  readonly status: 401 | 403;
  /** For people. */
  readonly detail: string;
  /** How old a login may be, in seconds. */
  readonly maxAge?: number;
}

/** What a guard wants of a session: `undefined` if the session has it. */
export type Requirement = (session: GuardedSession) => Refusal | undefined;

const NOBODY: Refusal = {
  code: "unauthenticated",
  status: 401,
  detail: "Nobody is logged in.",
};

/** Somebody is logged in. */
export const userRequired: Requirement = ({ userId }) =>
  userId === undefined ? NOBODY : undefined;

const ACTING: Refusal = {
  code: "forbidden",
  status: 403,
  detail: "Only the user may do this, and nobody who acts for them.",
};

const NOT_ELEVATED: Refusal = {
  code: "not-elevated",
  status: 401,
  detail: "This takes one more factor: step up.",
};

/**
 * The user who is logged in has stepped up, by `session.elevate()`, and that holds still (OWASP ASVS 7.5.3). Also while they act for
 * somebody else: it is they who have.
 */
export const elevationRequired: Requirement = (session) => {
  const refusal = userRequired(session);
  if (refusal) return refusal;
  return session.elevatedUntil === undefined ? NOT_ELEVATED : undefined;
};

/**
 * Somebody has logged in no longer ago than `within`: before a change of password, of address, of payment (OWASP ASVS 7.5.1). Refuses who acts for somebody else.
 *
 * @throws SessionConfigError for anything but a duration with its unit
 */
export function freshLoginRequired(within: Duration): Requirement {
  const maxAge = Math.floor(milliseconds(within, "requireFreshLogin(within)") / 1000);
  const stale: Refusal = {
    code: "stale-login",
    status: 401,
    detail: "This takes a more recent login: log in again.",
    maxAge,
  };
  return (session) => {
    const refusal = userRequired(session);
    if (refusal) return { ...refusal, maxAge };
    // No login helps: whom they act for has not authenticated.
    if (session.actorId !== undefined) return ACTING;
    return session.authenticatedWithin(within) ? undefined : stale;
  };
}

/** What is asked for at one place, together: somebody who is logged in, and more. */
export function requirementOf({
  within,
  elevated,
}: {
  readonly within?: Duration | undefined;
  readonly elevated?: boolean | undefined;
}): Requirement {
  const fresh = within === undefined ? userRequired : freshLoginRequired(within);
  return elevated ? (session) => fresh(session) ?? elevationRequired(session) : fresh;
}
