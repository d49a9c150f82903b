import { SessionStoreError } from "../../errors.ts";
import { isObject } from "../../object.ts";
import type { DeviceInfo } from "../../session/device.ts";
import { encodeState, NO_SECRET } from "../../session/record.ts";
import type { SessionRecord } from "../../store/contract.ts";
import type { CarriedSession } from "../codec.ts";

/** What is remembered of a session that lives in its token. */
export interface Entry {
  /** The latest epoch that a client has come with, or that a login began. */
  readonly epoch: number;
  /** When that was. */
  readonly since: number;
  /** Epochs before this one are worthless at once: a login has ended them. */
  readonly floor: number;
  /** From this epoch on tokens are honoured for a moment after `since`. */
  readonly oldest: number;
  /** Drawn for each write, which by it is known again. */
  readonly by?: string | undefined;
  /** What the client of a login that is written down was said to be. */
  readonly device?: DeviceInfo | undefined;
  /** It is over; `"replaced"` by another session, whose cookie a stray request must not touch. */
  readonly ended?: "destroyed" | "replaced" | undefined;
}

/** An entry as the store has it. */
export interface KnownEntry extends Entry {
  readonly version: number;
}

/** Nothing is known of a session in the first epoch that was never logged in, and nothing needs to be. */
export const FIRST: Entry = { epoch: 0, since: 0, floor: 0, oldest: 0 };

const FORMAT = 1;

/**
 * An entry as a record of any session store. To a manager that keeps its sessions in the same store it is a marker that answers to no token.
 */
export function entryRecord(
  session: Pick<CarriedSession, "id"> & Partial<CarriedSession>,
  content: object,
  { version, now, expiresAt }: { version: number; now: number; expiresAt: number },
): SessionRecord {
  // An entry is nobody's session, and no store that drops those of visitors may take it for one.
  const { id, userId = null, authenticatedAt = now, createdAt = now } = session;
  return {
    id,
    version,
    userId,
    createdAt,
    authenticatedAt,
    lastSeenAt: now,
    expiresAt,
    state: encodeState({ ...NO_SECRET, endsAt: expiresAt, replaced: true }),
    data: JSON.stringify({ v: FORMAT, ...content }),
  };
}

export function readEntry(record: SessionRecord): KnownEntry {
  const { epoch, since, floor, oldest, ended, by, device } = contentOf(record);
  if (![epoch, since, floor, oldest].every(Number.isFinite)) throw unknownFormat();
  const { version } = record;
  return { version, epoch, since, floor, oldest, ended, by, device } as KnownEntry;
}

/** What an entry says, of whatever kind it is. */
export function contentOf({ data }: SessionRecord): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(data);
  } catch {}
  if (!isObject(content) || content.v !== FORMAT) throw unknownFormat();
  return content;
}

/** Taken for "not revoked" it would let in whoever was put out. */
export function unknownFormat(): SessionStoreError {
  return new SessionStoreError("read", "revocation store returned an entry of an unknown format");
}
