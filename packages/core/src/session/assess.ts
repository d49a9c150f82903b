import type { SessionRecord } from "../store/contract.ts";
import { isUntold } from "./compose.ts";
import { isExpired, isTouchDue, type Lifetime } from "./lifetime.ts";
import type { LoadedRecord } from "./record.ts";
import { isAuthorised, matchSecret, type SecretMatch } from "./secrets.ts";
import type { Intent, Presented } from "./unit.ts";

/** All that decides what a commit does. No I/O is behind any of it. */
export interface CommitFacts {
  /** The session as this request opened it. */
  readonly opened: LoadedRecord | undefined;
  /** The session as the store has it now. */
  readonly current: LoadedRecord | undefined;
  readonly presented: Presented | undefined;
  readonly intent: Intent;
  /** Data or flash were changed. */
  readonly changed: boolean;
  readonly stray: boolean;
  readonly lifetime: Lifetime;
  readonly now: number;
}

/** What there is to do for a session. */
export type Situation =
  /** Nothing, or at most to tell the client its token once more. */
  | { readonly kind: "idle"; readonly resend: boolean }
  /** Only the times. */
  | { readonly kind: "touch"; readonly current: LoadedRecord; readonly resend: boolean }
  /** Write a new version of the session. */
  | { readonly kind: "continue"; readonly current: LoadedRecord; readonly match: SecretMatch }
  /** Write a new session, and leave a marker where the one that it replaces was. */
  | { readonly kind: "start"; readonly replaces: LoadedRecord | undefined }
  /** Destroy. */
  | { readonly kind: "end"; readonly record: SessionRecord | undefined }
  /** The session ended, or the client got a newer token, while this request worked. */
  | { readonly kind: "lost"; readonly reason: "gone" | "superseded" };

/** Decides what a commit has to do, from what was opened, what the store holds now, and what the request wants. */
export function assess(facts: CommitFacts): Situation {
  const { opened, intent } = facts;
  // Also with a token that a login has replaced meanwhile: who signs out must not find out later that nothing happened.
  if (intent.destroy) return { kind: "end", record: opened?.record };
  return opened === undefined ? assessNew(facts) : assessKnown(facts, opened);
}

function assessNew({ intent, changed, stray }: CommitFacts): Situation {
  if (intent.login) return { kind: "start", replaces: undefined };
  if (!changed) return { kind: "idle", resend: false };
  // A new session's cookie would overwrite the one that a login has just sent to this client.
  return stray ? { kind: "lost", reason: "superseded" } : { kind: "start", replaces: undefined };
}

function assessKnown(facts: CommitFacts, opened: LoadedRecord): Situation {
  const { intent, changed, lifetime, now } = facts;
  const current = alive(facts.current, now);
  const seen = intent.touch || isTouchDue((current ?? opened).record, now, lifetime);
  if (current === undefined) {
    // Credentials were checked, so a login stands, in a session of its own; and a new session is what regenerate asks for.
    if (intent.login || intent.regenerate) return { kind: "start", replaces: undefined };
    if (!changed && !seen && !intent.rotate) return { kind: "idle", resend: false };
    return { kind: "lost", reason: facts.current?.state.replaced ? "superseded" : "gone" };
  }
  const match = matchOf(facts.presented, current, now);
  const authorised = isAuthorised(match);
  if (intent.regenerate || startsAnew(intent, current, authorised)) {
    // A token that is worthless by now has no say over the session that made it so.
    return { kind: "start", replaces: authorised ? current : undefined };
  }
  const rotates = intent.rotate && authorised && startsRotation(current, match);
  if (changed || intent.login || rotates || match === "pending") {
    return { kind: "continue", current, match };
  }
  const pending = current.state.pending?.nonce !== undefined && match === "current";
  const resend = pending && (intent.rotate === true || isUntold(current.state, lifetime, now));
  return seen ? { kind: "touch", current, resend } : { kind: "idle", resend };
}

/** Whether a login needs a session of its own: another user is logged in, or two tokens are on their way already. */
function startsAnew(
  { login }: Intent,
  { record, state }: LoadedRecord,
  authorised: boolean,
): boolean {
  if (login === undefined) return false;
  if (record.userId !== null && record.userId !== login.userId) return true;
  return !authorised && state.pending !== undefined;
}

/** A rotation that is under way already serves every request that asks for one: they all hand out the same token. */
function startsRotation({ state }: LoadedRecord, match: SecretMatch): boolean {
  if (match === "grace") return false;
  return match === "pending" || state.pending?.nonce === undefined;
}

export function matchOf(
  presented: Presented | undefined,
  { state }: LoadedRecord,
  now: number,
): SecretMatch {
  return presented ? matchSecret(state, presented.hash, now) : "unknown";
}

function alive(loaded: LoadedRecord | undefined, now: number): LoadedRecord | undefined {
  if (loaded === undefined || loaded.state.replaced) return undefined;
  return isExpired(loaded.record, loaded.state, now) ? undefined : loaded;
}

/**
 * Which of a request's changes a newer version may take. A request that began anonymous and meets a login
 * brings only what that login kept of the anonymous session; all else passes.
 */
export function admissible(
  opened: LoadedRecord | undefined,
  current: LoadedRecord,
  intent: Intent,
): ((key: string, late: boolean) => boolean) | undefined {
  const { kept } = current.state;
  const crossed = opened?.record.userId === null && current.record.userId !== null;
  if (!crossed || kept === undefined) return undefined;
  return (key, late) => kept.includes(key) || (late && intent.login !== undefined);
}
