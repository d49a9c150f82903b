import { type Duration, milliseconds } from "../duration.ts";

/** What a guard looks at. */
export interface GuardedSession {
  readonly userId: string | undefined;
  authenticatedWithin(duration: Duration): boolean;
}

/** Why a session is not enough. */
export interface Refusal {
  readonly code: "unauthenticated" | "stale-login" | "forbidden";
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

/**
 * Somebody has logged in no longer ago than `within`: before a change of password, of address, of payment (OWASP ASVS 7.5.1).
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
    return session.authenticatedWithin(within) ? undefined : stale;
  };
}
