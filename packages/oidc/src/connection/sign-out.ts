import type { FullStore, SessionRecord } from "@coatcheck/core";
import { sidIndex, subjectIndex } from "./derived-id.ts";
import type { SignedOut } from "./identity.ts";
import { nameless, writeMark } from "./logout-mark.ts";
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
  if (at !== undefined) {
    for (const it of marked(who)) await writeMark(store, it, at, clock());
  }
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

/**
 * One session of a user's, named by `sid`, may be any of those whose ID token had none, as with a provider that names it in logout tokens alone. To end one too many is the
 * safe side.
 */
function marked({ issuer, subject, sid }: SignedOut): readonly SignedOut[] {
  const who = { issuer, subject, sid } as SignedOut;
  return subject === undefined || sid === undefined ? [who] : [who, nameless({ issuer, subject })];
}

/** The connections concerned. No key is needed to find them. */
async function victims(
  store: FullStore,
  { issuer, subject, sid }: SignedOut,
): Promise<readonly SessionRecord[]> {
  const index = sid === undefined ? undefined : sidIndex(issuer, sid);
  if (subject !== undefined) {
    const all = await store.listByUser(subjectIndex({ issuer, subject }));
    if (index === undefined) return all;
    return all.filter((record) => [index, undefined].includes(plainOf(record).sid));
  }
  const found = (await store.listByUser(index as string)).map(async (entry) => {
    const id = readSidEntry(entry);
    const record = id && (await store.read(id));
    // An entry of an earlier login on the same session, which has another tie by now.
    return record && plainOf(record).sid === index ? [record] : [];
  });
  return (await Promise.all(found)).flat();
}
