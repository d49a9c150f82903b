import type { CommitFacts } from "../session/assess.ts";
import { isTouchDue, type Lifetime } from "../session/lifetime.ts";
import type { CarriedRecord } from "./carried.ts";
import { isGood, type Standing } from "./revocation/standing.ts";

/** What there is to do for a session that lives in its token. */
export type Plan =
  | { readonly kind: "idle" }
  /** Destroy. */
  | { readonly kind: "end" }
  /** The session ended, or the client got a newer token, while this request worked. */
  | { readonly kind: "lost"; readonly reason: "gone" | "superseded" }
  /** Make the token of a new session, and end the one that it replaces. `anew`: without what this request had before its login. */
  | {
      readonly kind: "start";
      readonly replaced?: CarriedRecord | undefined;
      readonly anew?: boolean;
    }
  /** Make the session's next token. `optional`: it says nothing but that the client was here. */
  | { readonly kind: "renew"; readonly current: CarriedRecord; readonly optional: boolean };

const IDLE: Plan = { kind: "idle" };

/** Decides what a commit has to do, from what the request brings and what its token is worth by now. No I/O is behind any of it. */
export function planOf(
  facts: CommitFacts,
  loaded: CarriedRecord | undefined,
  standing: Standing,
  lifetime: Lifetime,
): Plan {
  const { intent, changed, now } = facts;
  if (intent.destroy) return { kind: "end" };
  if (!loaded) {
    if (!changed && !intent.login) return IDLE;
    // A new session's cookie would overwrite the one that a login has just sent to this client.
    const late = facts.stray && !intent.login;
    return late ? { kind: "lost", reason: "superseded" } : { kind: "start" };
  }
  const optional = !changed && !intent.login && !intent.auth && !intent.rotate;
  const due = intent.touch || loaded.renew || isTouchDue(loaded.record, now, lifetime);
  if (optional && !due && !intent.regenerate) return IDLE;
  // Over by the clock, there is no more to say of it: what ended it may be forgotten already.
  const over = now >= loaded.session.expiresAt;
  const lives = !over && isGood(standing);
  if (intent.regenerate) return { kind: "start", replaced: lives ? loaded : undefined };
  if (lives) return { kind: "renew", current: loaded, optional };
  // Credentials were checked, so a login stands, in a session of its own.
  // Where another login was faster, by a double click, this one has the same right to the data.
  if (intent.login) return { kind: "start", anew: over || standing === "ended" };
  // Else the client has a newer token than this slow request's, or may have, and that must stay.
  return { kind: "lost", reason: standing === "ended" ? "gone" : "superseded" };
}
