import type { SessionRecord, SessionTimes } from "../store/contract.ts";
import type { SessionState } from "./record.ts";

/** The timeouts in milliseconds, checked. */
export interface Lifetime {
  /** Silence allowed. */
  readonly idle: number;
  /** Longest life, whatever happens. */
  readonly absolute: number;
  /** A touch is written at most this often. */
  readonly touchEvery: number;
  /** How long a rotated secret is still honoured. */
  readonly rotationGrace: number;
}

/** Times of a session that is seen now. The absolute deadline caps the idle one. */
export function seen(now: number, endsAt: number, lifetime: Lifetime): SessionTimes {
  return { lastSeenAt: now, expiresAt: Math.min(now + lifetime.idle, endsAt) };
}

/** Expired by the server's own clock, whether or not the store noticed. */
export function isExpired(record: SessionRecord, state: SessionState, now: number): boolean {
  return now >= record.expiresAt || now >= state.endsAt;
}

export function isTouchDue(record: SessionRecord, now: number, lifetime: Lifetime): boolean {
  return now - record.lastSeenAt >= lifetime.touchEvery;
}
