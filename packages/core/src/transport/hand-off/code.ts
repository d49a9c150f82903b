import { base64url, sha256 } from "../../digest.ts";
import type { Core } from "../../session/core.ts";
import { isExpired } from "../../session/lifetime.ts";
import {
  encodeState,
  type LoadedRecord,
  NO_SECRET,
  openRecord,
  parseData,
} from "../../session/record.ts";
import type { SessionRecord } from "../../store/contract.ts";
import type { SessionId } from "../../token/token.ts";

/** Whose session a code hands off, and where. */
export interface Ticket {
  readonly from: SessionId;
  /** As it was: a login in between makes the code worthless, like every token of before it. */
  readonly authenticatedAt: number | null;
  /** The origin for which it was made. */
  readonly to: string;
}

/** 256 random bits. */
export function mintCode({ random }: Core): string {
  return base64url(random(32));
}

/**
 * The only way from a code to what is stored: a digest is its record's id, and nothing else of it is kept. Bound to the manager by the
 * cookie's name, as secrets are.
 */
export function recordIdOf({ cookie }: Core, code: string): SessionId | undefined {
  // 43 characters of base64url, as `mintCode` writes them: nothing else reaches the store.
  if (!/^[\w-]{42}[AEIMQUYcgkosw048]$/.test(code)) return undefined;
  const digest = sha256(`coatcheck hand-off ${cookie.name} ${code}`);
  return base64url(Buffer.from(digest, "base64url").subarray(0, 16)) as SessionId;
}

/** A record that opens no session: no secret matches it, and no user has it. */
export function composeTicket(
  id: SessionId,
  ticket: Ticket,
  now: number,
  lifetime: number,
): SessionRecord {
  const expiresAt = now + lifetime;
  return {
    id,
    version: 1,
    userId: null,
    createdAt: now,
    authenticatedAt: null,
    lastSeenAt: now,
    expiresAt,
    state: encodeState({ ...NO_SECRET, endsAt: expiresAt, replaced: true }),
    data: JSON.stringify(ticket),
  };
}

export function openTicket(core: Core, record: SessionRecord | undefined): Ticket | undefined {
  if (!record) return undefined;
  const { state } = openRecord(record);
  if (isExpired(record, state, core.clock())) return undefined;
  return parseData(record.data) as unknown as Ticket;
}

/** The session of a ticket, if it lives and is still that of the same login. */
export async function sessionOf(
  core: Core,
  { from, authenticatedAt }: Omit<Ticket, "to">,
): Promise<LoadedRecord | undefined> {
  const record = await core.store.read(from);
  if (record?.authenticatedAt !== authenticatedAt) return undefined;
  const loaded = openRecord(record);
  const over = loaded.state.replaced || isExpired(record, loaded.state, core.clock());
  return over ? undefined : loaded;
}
