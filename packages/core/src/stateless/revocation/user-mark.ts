import { sha256 } from "../../digest.ts";
import { isObject } from "../../object.ts";
import type { SessionRecord } from "../../store/contract.ts";
import { isSessionId, type SessionId } from "../../token/token.ts";
import type { CarriedSession } from "../codec.ts";
import { contentOf, unknownFormat } from "./entry.ts";

/** Up to when a user's logins are over. Times in milliseconds since the epoch. */
export interface UserMark {
  /** Logins of this moment and before are over. */
  readonly notBefore: number;
  /** But this session's, if it began after `since`. */
  readonly except?: { readonly id: SessionId; readonly since: number } | undefined;
}

/** Where a user's mark is kept. */
export function userMarkId(userId: string, cookieName: string): SessionId {
  const digest = sha256(JSON.stringify(["coatcheck not-before 1", cookieName, userId]));
  // Ends as no session's id does: nobody who revokes by id can name it.
  return `${digest.slice(0, 21)}_` as SessionId;
}

/** The mark in a record. Anything else is a broken store, never "nobody was put out". */
export function readMark(record: SessionRecord): UserMark {
  const { notBefore, except } = contentOf(record);
  const valid =
    Number.isFinite(notBefore) &&
    (except === undefined || (isObject(except) && Number.isFinite(except.since)));
  if (!valid) throw unknownFormat();
  return { notBefore, except } as UserMark;
}

/** The mark after one more revocation. Who was put out by one before stays out, also where this one makes an exception. */
export function nextMark(before: UserMark | undefined, now: number, except?: string): UserMark {
  // A login after the mark before this one is dated one later, by whatever clock: it is over as well.
  const notBefore = Math.max(now, (before?.notBefore ?? -1) + 1);
  if (!isSessionId(except)) return { notBefore };
  const since = before?.except?.id === except ? before.except.since : (before?.notBefore ?? 0);
  return { notBefore, except: { id: except, since } };
}

/** Whether a login was ended by a mark. */
export function isPutOut(
  { id, authenticatedAt }: Pick<CarriedSession, "id" | "authenticatedAt">,
  { notBefore, except }: UserMark,
): boolean {
  const limit = except?.id === id ? except.since : notBefore;
  return (authenticatedAt ?? 0) <= limit;
}
