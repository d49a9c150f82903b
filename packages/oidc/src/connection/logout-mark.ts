import type { SessionId, SessionRecord, SessionStore } from "@coatcheck/core";
import type { Connection } from "./connection.ts";
import { derivedId } from "./derived-id.ts";
import type { Identity, SignedOut } from "./identity.ts";
import { put } from "./put.ts";
import { contentOf, recordOf } from "./record.ts";

/** How long a login can be under way when its provider signs the user out: ten minutes from its beginning, and clocks that differ. */
export const MARK_MS = 15 * 60_000;

/** Notes that a provider has signed somebody out, for logins that are under way. A later moment that is noted already stays. */
export async function writeMark(
  store: SessionStore,
  who: SignedOut,
  at: number,
  now: number,
): Promise<void> {
  const id = markOf(who);
  await put(store, id, (before) => {
    const latest = Math.max(at, before ? timeOf(before) : at);
    return recordOf({ id, userId: null, createdAt: now, expiresAt: now + MARK_MS }, { at: latest });
  });
}

/** Whether its provider has signed out whom a connection is about. */
export async function isMarked(store: SessionStore, connection: Connection): Promise<boolean> {
  const { identity, issuedAt } = connection;
  const marks = await Promise.all(
    marksOf(identity).map(async (who) => {
      const record = await store.read(markOf(who));
      return record && refuses(who, timeOf(record), issuedAt);
    }),
  );
  return marks.some((it) => it === true);
}

/**
 * A session of the provider's that is over never comes back, so its mark refuses whatever names it. A user may sign in again: only an ID token from
 * before the logout is refused, or of the same second, since providers tell no less.
 */
export function refuses(who: SignedOut, at: number, issuedAt: number): boolean {
  return who.sid !== undefined || issuedAt <= at;
}

/** Who has to be signed out for this login to be refused: its session at the provider, with the user named or not, or all of the user's. */
function marksOf({ issuer, subject, sid }: Identity): SignedOut[] {
  const all: SignedOut[] = [{ issuer, subject }];
  if (sid !== undefined) all.push({ issuer, sid }, { issuer, subject, sid });
  return all;
}

function markOf({ issuer, subject, sid }: SignedOut): SessionId {
  return derivedId("logout mark", issuer, subject ?? null, sid ?? null);
}

function timeOf(record: SessionRecord): number {
  const { at } = contentOf(record);
  // Of a mark that cannot be read nothing is known but that it is there.
  return typeof at === "number" ? at : Number.POSITIVE_INFINITY;
}
