import type { SessionId, SessionRecord, SessionStore } from "@coatcheck/core";
import type { Connection } from "./connection.ts";
import { derivedId, sidIndex } from "./derived-id.ts";
import { put } from "./put.ts";
import { contentOf, recordOf } from "./record.ts";

/**
 * Lets a session be found by its provider's `sid` alone, which is all that a logout token need have. A record of its own, since a store has one index: by user. Its id has
 * the `sid` in it, so that of two logins on one session neither takes the other's away.
 */
export async function writeSidEntry(
  store: SessionStore,
  { sessionId, identity, expiresAt }: Connection,
  createdAt: number,
): Promise<void> {
  const { issuer, sid } = identity;
  if (sid === undefined) return;
  const index = sidIndex(issuer, sid);
  const id = sidEntryId(sessionId, index);
  await put(store, id, () => recordOf({ id, userId: index, createdAt, expiresAt }, { sessionId }));
}

export async function removeSidEntry(
  store: SessionStore,
  sessionId: string,
  index: string | undefined,
): Promise<void> {
  if (index !== undefined) await store.destroy(sidEntryId(sessionId, index));
}

/** Which session of ours began within the provider's. */
export function readSidEntry(record: SessionRecord): SessionId | undefined {
  const { sessionId } = contentOf(record);
  return typeof sessionId === "string" ? (sessionId as SessionId) : undefined;
}

function sidEntryId(sessionId: string, index: string): SessionId {
  return derivedId("sid entry", sessionId, index);
}
