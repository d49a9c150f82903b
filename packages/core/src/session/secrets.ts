import { sameDigest } from "../digest.ts";
import type { SecretHash } from "../token/token.ts";
import type { FormerSecret, SessionState } from "./record.ts";

/**
 * What a presented secret is to a session.
 * - `current`: the one in use. - `pending`: the next one, presented for the first time.
 * - `grace`: rotated away a moment ago, as a request in flight still carries it.
 * - `superseded`: ended by a login, a moment ago. - `reused`: rotated away and past its grace, which its tag alone shows.
 * - `unknown`: none of these.
 */
export type SecretMatch = "current" | "pending" | "grace" | "superseded" | "reused" | "unknown";

/** So many former secrets are kept within their grace, whoever rotates all the time. */
const HONOURED = 32;

/** All but `reused`: to a commit that is the same as `unknown`. */
export function matchSecret(state: SessionState, presented: SecretHash, now: number): SecretMatch {
  const isIt = ({ hash }: { readonly hash: SecretHash }) => sameDigest(hash, presented);
  // A marker answers to nobody: its own hash is nobody's secret, and those of before are superseded.
  if (!state.replaced) {
    if (isIt(state)) return "current";
    if (state.pending && isIt(state.pending)) return "pending";
    if (honoured(state.retired, now).some(isIt)) return "grace";
  }
  return honoured(state.superseded, now).some(isIt) ? "superseded" : "unknown";
}

/** Whether a match lets the request act in the session. */
export function isAuthorised(match: SecretMatch): match is "current" | "pending" | "grace" {
  return match === "current" || match === "pending" || match === "grace";
}

/** The client has presented the pending secret: from now on that is the one, and the old one has its grace. */
export function acknowledge(state: SessionState, now: number, graceMs: number): SessionState {
  const { pending, ...rest } = state;
  if (pending === undefined) return state;
  // Of two logins at once: the response with the other one's token may yet arrive last, so both stay good until a rotation.
  if (!pending.nonce) {
    return { ...rest, hash: pending.hash, pending: { hash: state.hash, since: pending.since } };
  }
  return { ...rest, hash: pending.hash, retired: retire(state, state.hash, now, graceMs) };
}

/** The former secrets, with one more. */
export function retire(
  { retired = [] }: SessionState,
  hash: SecretHash,
  now: number,
  graceMs: number,
): FormerSecret[] {
  return honoured([...retired, { hash, until: now + graceMs }], now);
}

/** A login: every secret of before is worthless at once, also for a rotation under way. */
export function supersede(
  state: SessionState,
  begun: Pick<SessionState, "hash" | "lineage">,
  now: number,
  graceMs: number,
): SessionState {
  const { pending, retired, superseded, ...rest } = state;
  return { ...rest, ...begun, superseded: strays(state, now, graceMs) };
}

/** All secrets that requests in flight may still carry when a login or another session takes the place of this one. */
export function strays(state: SessionState, now: number, graceMs: number): FormerSecret[] {
  const { hash, pending, retired = [], superseded = [] } = state;
  const until = now + graceMs;
  const all = [...superseded, ...retired, { hash, until }];
  if (pending) all.push({ hash: pending.hash, until });
  return honoured(all, now);
}

function honoured(secrets: readonly FormerSecret[] = [], now: number): FormerSecret[] {
  return secrets.filter(({ until }) => now < until).slice(-HONOURED);
}
