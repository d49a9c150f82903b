import type { Lifetime } from "../../session/lifetime.ts";
import type { CarriedSession } from "../codec.ts";
import { type Entry, FIRST } from "./entry.ts";
import { isPutOut, type UserMark } from "./user-mark.ts";

/**
 * What a genuine token is worth.
 * - `current`: good. - `ahead`: good, and the first of its epoch to come: the client has got the rotated token.
 * - `grace`: of the epoch before, as a request in flight still carries it.
 * - `superseded`: a login or another session has just taken its place. - `reused`: rotated away and past its grace.
 * - `ended`: its session is over.
 */
export type Standing = "current" | "ahead" | "grace" | "superseded" | "reused" | "ended";

/** What is remembered for longer than any token could live, so that no slow request outlives it. */
export const SLACK_MS = 5 * 60_000;

export function standingOf(
  session: CarriedSession,
  entry: Entry | undefined,
  mark: UserMark | undefined,
  { now, timeouts }: { readonly now: number; readonly timeouts: Lifetime },
): Standing {
  if (session.registered && !entry) return "ended";
  if (mark && isPutOut(session, mark)) return "ended";
  const { epoch, since, floor, ended } = entry ?? FIRST;
  const inFlight = now < since + timeouts.rotationGrace;
  if (ended === "destroyed") return "ended";
  if (ended || session.epoch < floor) return inFlight ? "superseded" : "ended";
  if (session.epoch < epoch) return inFlight ? "grace" : "reused";
  // Once no token of an epoch before can be alive, nothing needs to be remembered of it.
  const matters = now < session.since + timeouts.idle + SLACK_MS;
  return session.epoch > epoch && matters ? "ahead" : "current";
}
