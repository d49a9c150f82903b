import { systemRandom } from "../random.ts";
import type { SessionRecord } from "../store/contract.ts";

/**
 * Where a session lives is written in its version, since that is all a store compares. Versions count updates from 1, so
 * that those from here on are free; all of them fit into 32 bits with a sign.
 */
const SEALED = 2 ** 30;
const PLACEHOLDER = SEALED + 2 ** 29;

/** A process that knows `to` alone and writes on top of a placeholder makes it a session: its version is no multiple of this. */
const STEP = 2 ** 10;

/** Whether the session lives where this record was found. */
export function isHome({ version }: SessionRecord): boolean {
  return version < SEALED || (version >= PLACEHOLDER && (version - PLACEHOLDER) % STEP !== 0);
}

/** Whether the session has left the store where this record was found, for the other one. */
export function isSealed({ version }: SessionRecord): boolean {
  return version >= SEALED && version < PLACEHOLDER;
}

/** What stays behind: nobody who expects the version of before can write it any more. */
export function sealed(record: SessionRecord): SessionRecord {
  return { ...record, version: record.version + SEALED };
}

export function unsealed(record: SessionRecord): SessionRecord {
  return { ...record, version: record.version - SEALED };
}

/**
 * What keeps the place of a session that is about to come. No two have the same version: whoever saw one that was destroyed
 * meanwhile must not take a later one for it.
 */
export function placeholder(record: SessionRecord): SessionRecord {
  const [a = 0, b = 0, c = 0] = systemRandom(3);
  return { ...record, version: PLACEHOLDER + (((a << 16) | (b << 8) | c) % 2 ** 19) * STEP };
}
