import type { SecretHash } from "../token/token.ts";
import type { FormerSecret, SessionState } from "./record.ts";

/**
 * What a presented secret is to a session.
 * - `current`: the one in use. - `pending`: the next one, presented for the first time.
 * - `grace`: rotated away a moment ago, as a request in flight still carries it.
 * - `superseded`: ended by a login, a moment ago. - `unknown`: none of these; whether it was one of them once, its tag tells.
 */
export type SecretMatch = "current" | "pending" | "grace" | "superseded" | "unknown";

/** So many former secrets are kept within their grace, whoever rotates all the time. */
const HONOURED = 32;

export function matchSecret(state: SessionState, presented: SecretHash, now: number): SecretMatch {
  // A marker answers to nobody: its own hash is nobody's secret, and those of before are superseded.
  if (!state.replaced && sameHash(state.hash, presented)) return "current";
  const { pending, retired, superseded } = state;
  if (!pending && !retired && !superseded) return "unknown";
  const isIt = ({ hash }: { readonly hash: SecretHash }) => sameHash(hash, presented);
  if (!state.replaced) {
    if (pending && isIt(pending)) return "pending";
    if (honoured(retired, now).some(isIt)) return "grace";
  }
  return honoured(superseded, now).some(isIt) ? "superseded" : "unknown";
}

/**
 * Every character is looked at, whatever the ones before were. Not by `timingSafeEqual`, which takes bytes and so six times as long, at each request: what is
 * compared are digests, which nobody can choose.
 */
function sameHash(a: SecretHash, b: SecretHash): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** Whether a match lets the request act in the session. */
export function isAuthorised(match: SecretMatch): match is "current" | "pending" | "grace" {
  return match === "current" || match === "pending" || match === "grace";
}

/** The client has presented the pending secret: from now on that is the one, and the old one has its grace. */
export function acknowledge(state: SessionState, now: number, graceMs: number): SessionState {
  const { pending, ...rest } = state;
  if (!pending) return state;
  const { hash, nonce, since } = pending;
  // Of two logins at once: the response with the other one's token may yet arrive last, so both stay good until a rotation.
  if (!nonce) return { ...rest, hash, pending: { hash: state.hash, since } };
  return { ...rest, hash, retired: retire(state.retired, state, now, graceMs) };
}

/** These former secrets, and one more. */
export function retire(
  former: readonly FormerSecret[] = [],
  { hash }: { readonly hash: SecretHash },
  now: number,
  graceMs: number,
): FormerSecret[] {
  return honoured([...former, { hash, until: now + graceMs }], now);
}

/** A login: every secret of before is worthless at once, also for a rotation under way. */
export function supersede(
  state: SessionState,
  hash: SecretHash,
  now: number,
  graceMs: number,
): SessionState {
  return {
    ...state,
    hash,
    pending: undefined,
    retired: undefined,
    superseded: strays(state, now, graceMs),
  };
}

/** All secrets that requests in flight may still carry when a login or another session takes the place of this one. */
export function strays(state: SessionState, now: number, graceMs: number): FormerSecret[] {
  const { pending, retired = [], superseded = [] } = state;
  const all = retire([...superseded, ...retired], state, now, graceMs);
  return pending ? retire(all, pending, now, graceMs) : all;
}

function honoured(secrets: readonly FormerSecret[] = [], now: number): FormerSecret[] {
  return secrets.filter(({ until }) => now < until).slice(-HONOURED);
}
