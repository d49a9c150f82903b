import type { SessionRecord } from "../store/contract.ts";
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
  /** Nothing. */
  | { readonly kind: "idle"; readonly current: LoadedRecord | undefined }
  /** Only the times. */
  | { readonly kind: "touch"; readonly current: LoadedRecord }
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
  if (intent.destroy) return { kind: "end", record: opened?.record };
  return opened === undefined ? assessNew(facts) : assessKnown(facts, opened);
}

function assessNew({ intent, changed, stray }: CommitFacts): Situation {
  if (intent.login) return { kind: "start", replaces: undefined };
  if (!changed) return { kind: "idle", current: undefined };
  // A new session's cookie would overwrite the one that a login has just sent to this client.
  return stray ? { kind: "lost", reason: "superseded" } : { kind: "start", replaces: undefined };
}

function assessKnown(facts: CommitFacts, opened: LoadedRecord): Situation {
  const { intent, changed, lifetime, now } = facts;
  const current = alive(facts.current, now);
  if (intent.regenerate) return { kind: "start", replaces: current };
  const seen = intent.touch || isTouchDue((current ?? opened).record, now, lifetime);
  if (current === undefined) {
    // Credentials were checked, so the login stands, in a session of its own.
    if (intent.login) return { kind: "start", replaces: undefined };
    if (!changed && !seen && !intent.rotate) return { kind: "idle", current: undefined };
    return { kind: "lost", reason: facts.current?.state.replaced ? "superseded" : "gone" };
  }
  const { userId } = current.record;
  if (intent.login && userId !== null && userId !== intent.login.userId) {
    return { kind: "start", replaces: current };
  }
  const match = facts.presented ? matchSecret(current.state, facts.presented.hash, now) : "unknown";
  const rotates = intent.rotate && isAuthorised(match) && startsRotation(current, match);
  if (changed || intent.login || rotates || match === "pending") {
    return { kind: "continue", current, match };
  }
  return { kind: seen ? "touch" : "idle", current };
}

/** A rotation that is under way already serves every request that asks for one: they all hand out the same token. */
function startsRotation({ state }: LoadedRecord, match: SecretMatch): boolean {
  if (match === "grace") return false;
  return match === "pending" || state.pending?.nonce === undefined;
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
