import { sameDigest } from "../digest.ts";
import type { SecretHash } from "../token/token.ts";
import type { FormerSecret, SessionState } from "./record.ts";

/**
 * What a presented secret is to a session.
 * - `current`: the one in use. - `pending`: the next one, presented for the first time.
 * - `grace`: rotated away a moment ago, as a request in flight still carries it.
 * - `superseded`: ended by a login, a moment ago. - `reused`: rotated away and past its grace. - `unknown`: none of these.
 */
export type SecretMatch = "current" | "pending" | "grace" | "superseded" | "reused" | "unknown";

/** At most this many former secrets are remembered of each kind. */
const REMEMBERED = 4;

export function matchSecret(state: SessionState, presented: SecretHash, now: number): SecretMatch {
  // A marker answers to nobody: whoever still comes with its secret has been replaced by a newer session.
  if (state.replaced) return sameDigest(state.hash, presented) ? "superseded" : "unknown";
  if (sameDigest(state.hash, presented)) return "current";
  if (state.pending && sameDigest(state.pending.hash, presented)) return "pending";
  const retired = find(state.retired, presented);
  if (retired) return now < retired.until ? "grace" : "reused";
  const superseded = find(state.superseded, presented);
  return superseded && now < superseded.until ? "superseded" : "unknown";
}

/** Whether a match lets the request act in the session. */
export function isAuthorised(match: SecretMatch): match is "current" | "pending" | "grace" {
  return match === "current" || match === "pending" || match === "grace";
}

/** The client has presented the pending secret: from now on that is the one, and the old one has its grace. */
export function acknowledge(state: SessionState, now: number, graceMs: number): SessionState {
  const { pending, ...rest } = state;
  if (pending === undefined) return state;
  return {
    ...rest,
    hash: pending.hash,
    retired: remember(state.retired, [{ hash: state.hash, until: now + graceMs }], now),
  };
}

/** A login: every secret of before is worthless at once, also for a rotation under way. */
export function supersede(
  state: SessionState,
  hash: SecretHash,
  now: number,
  graceMs: number,
): SessionState {
  const { pending, retired, superseded, ...rest } = state;
  const before = [state.hash, ...(pending ? [pending.hash] : [])];
  const stray = before.map((former) => ({ hash: former, until: now + graceMs }));
  return { ...rest, hash, superseded: remember(superseded, stray, now) };
}

/** Drops what has passed but always keeps the newest, whose late use is the mark of theft. */
function remember(
  known: readonly FormerSecret[] | undefined,
  added: readonly FormerSecret[],
  now: number,
): readonly FormerSecret[] {
  const live = (known ?? []).filter((secret) => now < secret.until);
  return [...live, ...added].slice(-REMEMBERED);
}

function find(
  known: readonly FormerSecret[] | undefined,
  hash: SecretHash,
): FormerSecret | undefined {
  return known?.find((secret) => sameDigest(secret.hash, hash));
}
