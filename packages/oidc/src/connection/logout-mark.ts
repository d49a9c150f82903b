import type { SessionId, SessionRecord, SessionStore } from "@coatcheck/core";
import type { Connection } from "./connection.ts";
import { derivedId } from "./derived-id.ts";
import type { Identity, SignedOut } from "./identity.ts";
import { put } from "./put.ts";
import { contentOf, recordOf } from "./record.ts";

/** How long a login can be under way when its provider signs the user out: ten minutes from its beginning, and clocks that differ. */
export const MARK_MS = 15 * 60_000;

/** That a provider has signed somebody out. Both times in milliseconds since the epoch. */
export interface LogoutMark {
  /** By the provider's clock. */
  readonly at: number;
  /** By ours. */
  readonly notedAt: number;
}

/** Notes that a provider has signed somebody out, for logins that are under way. A later moment that is noted already stays. */
export async function writeMark(
  store: SessionStore,
  who: SignedOut,
  at: number,
  now: number,
): Promise<void> {
  const id = markId(who);
  await put(store, id, (before) => {
    const known = before && markIn(before);
    const mark: LogoutMark = {
      at: Math.max(at, known?.at ?? at),
      notedAt: Math.max(now, known?.notedAt ?? now),
    };
    return recordOf({ id, userId: null, createdAt: now, expiresAt: now + MARK_MS }, mark);
  });
}

/** Whether its provider has signed out whom a connection is about. */
export async function isMarked(store: SessionStore, connection: Connection): Promise<boolean> {
  const marks = await Promise.all(
    marksOf(connection.identity).map(async (who) => {
      const record = await store.read(markId(who));
      return record !== undefined && refuses(who, markIn(record), connection);
    }),
  );
  return marks.includes(true);
}

/**
 * A session of the provider's that is over never comes back, so its mark refuses whatever names it. A user may sign in again: only an ID token from before the logout is
 * refused, or of the same second, since providers tell no less; and a login that had begun by then, whose code may be older than its ID token.
 */
export function refuses(
  who: SignedOut,
  { at, notedAt }: LogoutMark,
  { issuedAt, startedAt }: Pick<Connection, "issuedAt" | "startedAt">,
): boolean {
  if (who.sid || issuedAt <= at) return true;
  return startedAt !== undefined && startedAt <= notedAt;
}

/** Who has to be signed out for this login to be refused: its session at the provider, with the user named or not, or all of the user's. */
function marksOf({ issuer, subject, sid }: Identity): SignedOut[] {
  const user = { issuer, subject };
  if (sid === undefined) return [user, nameless(user)];
  return [user, { issuer, sid }, { issuer, subject, sid }];
}

/** A user's sessions at a provider of which is not known which they are: an empty `sid`, which no provider gives. */
export function nameless({ issuer, subject }: Pick<Identity, "issuer" | "subject">): SignedOut {
  return { issuer, subject, sid: "" };
}

function markId({ issuer, subject, sid }: SignedOut): SessionId {
  return derivedId("logout mark", issuer, subject ?? null, sid ?? null);
}

/** Of a mark that cannot be read nothing is known but that it is there. */
function markIn(record: SessionRecord): LogoutMark {
  const { at, notedAt } = contentOf(record);
  const known = (time: unknown): number => (typeof time === "number" ? time : Infinity);
  return { at: known(at), notedAt: known(notedAt) };
}
