import { isUntold } from "./compose.ts";
import { isExpired, isTouchDue, type Lifetime } from "./lifetime.ts";
import type { LoadedRecord } from "./record.ts";
import { isAuthorised, matchSecret, type SecretMatch } from "./secrets.ts";
import type { Intent, Presented } from "./unit.ts";

/** What a request brings to its commit. */
export interface CommitFacts {
  /** The session as this request loaded it. */
  readonly loaded: LoadedRecord | undefined;
  readonly presented: Presented | undefined;
  readonly intent: Intent;
  /** Data or flash were changed. */
  readonly changed: boolean;
  readonly stray: boolean;
  readonly now: number;
}

/** What there is to do for a session. `resend`: its token is to be told to the client once more. */
export type Situation =
  /** At most that. */
  | { readonly kind: "idle"; readonly resend?: LoadedRecord | undefined }
  /** Only the times. */
  | {
      readonly kind: "touch";
      readonly current: LoadedRecord;
      readonly resend?: LoadedRecord | undefined;
    }
  /** Write a new version of the session. */
  | { readonly kind: "continue"; readonly current: LoadedRecord; readonly match: SecretMatch }
  /** Write a new session, and leave a marker where the one that it replaced was. */
  | { readonly kind: "start"; readonly replaced?: LoadedRecord | undefined }
  /** Destroy. */
  | { readonly kind: "end" }
  /** The session ended, or the client got a newer token, while this request worked. */
  | { readonly kind: "gone" | "superseded" };

/** Decides what a commit has to do, from what the request brings and what the store holds now. No I/O is behind any of it. */
export function assess(
  facts: CommitFacts,
  stored: LoadedRecord | undefined,
  lifetime: Lifetime,
): Situation {
  const { loaded, intent, changed, now } = facts;
  // Also with a token that a login has replaced meanwhile: who signs out must not find out later that nothing happened.
  if (intent.destroy) return { kind: "end" };
  if (!loaded) {
    if (!changed && !intent.login) return { kind: "idle" };
    // A new session's cookie would overwrite the one that a login has just sent to this client.
    const late = facts.stray && !intent.login;
    return { kind: late ? "superseded" : "start" };
  }
  const alive = stored && !stored.state.replaced && !isExpired(stored.record, stored.state, now);
  const current = alive ? stored : undefined;
  const seen = intent.touch || isTouchDue((current ?? loaded).record, now, lifetime);
  if (!current) {
    // Credentials were checked, so a login stands, in a session of its own; and a new session is what regenerate asks for.
    if (intent.login || intent.regenerate) return { kind: "start" };
    if (!changed && !seen && !intent.rotate && !intent.auth) return { kind: "idle" };
    return { kind: stored?.state.replaced ? "superseded" : "gone" };
  }
  const match = matchOf(facts.presented, current, now);
  const authorised = isAuthorised(match);
  if (intent.regenerate || startsAnew(intent, loaded, current, authorised)) {
    // A token that is worthless by now has no say over the session that made it so.
    return { kind: "start", replaced: authorised ? current : undefined };
  }
  // A rotation that is under way already serves every request that asks for one: they all hand out the same token.
  const underWay = current.state.pending?.nonce;
  const untold = match === "current" && isUntold(current.state, lifetime, now);
  const rotates = match === "current" && intent.rotate;
  const begins = rotates && (!underWay || (untold && intent.strict));
  if (changed || intent.login || intent.auth || match === "pending" || begins) {
    // Whoever stepped up with a token that a login has replaced since did so in the session of before.
    if (!authorised && !changed && !intent.login) return { kind: "superseded" };
    return { kind: "continue", current, match };
  }
  const resend = rotates || untold ? current : undefined;
  return seen ? { kind: "touch", current, resend } : { kind: "idle", resend };
}

/**
 * Whether a login needs a session of its own: another user is logged in, or acted for; two tokens are on their way already; or it was no login
 * that has made this one's token worthless. Then whoever has the newer token has not shown who they are, and must not count as if.
 */
function startsAnew(
  { login }: Intent,
  loaded: LoadedRecord,
  { record, state }: LoadedRecord,
  authorised: boolean,
): boolean {
  if (!login) return false;
  const another = record.userId !== null && record.userId !== login.userId;
  const alone = record.authenticatedAt === loaded.record.authenticatedAt;
  return (
    another ||
    state.auth?.actingAs !== undefined ||
    (!authorised && (alone || state.pending !== undefined))
  );
}

export function matchOf(
  presented: Presented | undefined,
  { state }: LoadedRecord,
  now: number,
): SecretMatch {
  return presented ? matchSecret(state, presented.hash, now) : "unknown";
}

/**
 * Which of a request's changes a newer version may take. A request that began anonymous and meets a login
 * brings only what that login kept of the anonymous session; all else passes.
 */
export function admissible(
  loaded: LoadedRecord | undefined,
  current: LoadedRecord,
  intent: Intent,
): ((key: string, late: boolean) => boolean) | undefined {
  // Of what somebody does for another user nothing gets into the actor's data, nor the other way round.
  if (loaded && becameAnother(loaded, current)) return (_, late) => late && !!intent.auth;
  const { kept } = current.state;
  const crossed = loaded?.record.userId === null && current.record.userId !== null;
  if (!crossed || !kept) return;
  return (key, late) => kept.includes(key) || (late && intent.login !== undefined);
}

/** Whether the user has begun, or ceased, to act for somebody. */
export function becameAnother(before: LoadedRecord, after: LoadedRecord): boolean {
  return before.state.auth?.actingAs !== after.state.auth?.actingAs;
}
