import type { Lifetime } from "../../session/lifetime.ts";
import type { CarriedSession } from "../codec.ts";
import { type Entry, FIRST } from "./entry.ts";
import { isPutOut, type UserMark } from "./user-mark.ts";

/**
 * What a genuine token is worth.
 * - `current`: good. - `ahead`: good, and the first of its epoch to come: the client has got the rotated token.
 * - `grace`: of the epoch before, as a request in flight still carries it.
 * - `superseded`: a login or another session has just taken its place. - `outlived`: the same, a while ago.
 * - `reused`: rotated away and past its grace. - `ended`: its session is over.
 */
export type Standing =
  | "current"
  | "ahead"
  | "grace"
  | "superseded"
  | "outlived"
  | "reused"
  | "ended";

/** Entries outlast every token by so much: for answers that are out of date, and clocks that differ. */
export const SLACK_MS = 15 * 60_000;

/** Whether a token of this standing lets its client in. */
export function isGood(standing: Standing): boolean {
  return standing === "current" || standing === "ahead" || standing === "grace";
}

export function standingOf(
  session: CarriedSession,
  entry: Entry | undefined,
  mark: UserMark | undefined,
  { now, timeouts }: { readonly now: number; readonly timeouts: Lifetime },
): Standing {
  if (session.registered && !entry) return "ended";
  if (mark && isPutOut(session, mark)) return "ended";
  const { epoch, since, floor, oldest, ended } = entry ?? FIRST;
  const inFlight = now < since + timeouts.rotationGrace;
  if (ended === "destroyed") return "ended";
  if (ended || session.epoch < floor) return inFlight ? "superseded" : "outlived";
  if (session.epoch < epoch) {
    // Made while the rotation was on its way, its response may have been the last to arrive: the client has nothing newer then.
    const recent = inFlight || session.lastSeenAt > since - timeouts.rotationGrace;
    return recent && session.epoch >= oldest ? "grace" : "reused";
  }
  // Once no token of an epoch before can be alive, nothing needs to be remembered of it.
  const matters = now < session.since + timeouts.idle + SLACK_MS;
  return session.epoch > epoch && matters ? "ahead" : "current";
}
