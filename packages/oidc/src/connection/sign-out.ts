import type { FullStore, SessionRecord } from "@coatcheck/core";
import { sidIndex, subjectIndex } from "./derived-id.ts";
import type { SignedOut } from "./identity.ts";
import { writeMark } from "./logout-mark.ts";
import { readSidEntry, removeSidEntry } from "./sid-entry.ts";
import { plainOf } from "./stored-connection.ts";

export interface SignOut {
  readonly store: FullStore;
  readonly clock: () => number;
  /** Ends a session; `false` if there was none. */
  readonly revoke: (sessionId: string) => Promise<boolean>;
}

/**
 * Ends the sessions of whom a provider has signed out; the ids of those that were alive. The mark comes first: a login under way that was not stored yet when the
 * sessions were listed finds it there when it looks, after it was stored.
 */
export async function signOut(
  { store, clock, revoke }: SignOut,
  who: SignedOut,
  at: number | undefined,
): Promise<readonly string[]> {
  if (at !== undefined) await writeMark(store, who, at, clock());
  const ended = (await victims(store, who)).map(async (record) => {
    const { id } = record;
    // The session goes before what it is found by: where this fails halfway, the provider's next attempt finds it again.
    const existed = await revoke(id);
    await store.destroy(id);
    await removeSidEntry(store, id, plainOf(record).sid);
    return existed ? [id] : [];
  });
  return (await Promise.all(ended)).flat();
}

/** The connections concerned. No key is needed to find them. */
async function victims(store: FullStore, who: SignedOut): Promise<readonly SessionRecord[]> {
  const { issuer, subject, sid } = who;
  const owner = subject === undefined ? undefined : subjectIndex({ issuer, subject });
  if (sid === undefined) return store.listByUser(owner as string);
  const index = sidIndex(issuer, sid);
  const entries = (await store.listByUser(index)).map(readSidEntry);
  const found = entries.map(async (entry) => {
    if (!entry || (owner !== undefined && entry.subject !== owner)) return [];
    const record = await store.read(entry.sessionId);
    // An entry of an earlier login on the same session, which has another tie by now.
    return record && plainOf(record).sid === index ? [record] : [];
  });
  return (await Promise.all(found)).flat();
}
