import { fail } from "../config.ts";
import type { FullStore, SessionRecord } from "../store/contract.ts";
import { isSessionId, type SessionId, type SessionToken } from "../token/token.ts";
import type { Core } from "./core.ts";
import type { DeviceInfo } from "./device.ts";
import { openRecord, type SessionState } from "./record.ts";
import { tellEnded } from "./tell.ts";
import { SessionUnit } from "./unit.ts";
import { assertUserId } from "./user-id.ts";

/** A session as a user's list of devices shows it. Times in milliseconds since the epoch. */
export interface SessionInfo {
  /** Good for `revoke(id)`, and to compare with `session.id`. */
  readonly id: SessionId;
  readonly userId: string;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  /** Whether its client comes back by a remember-me token when the session is over; it may be over already. */
  readonly remembered: boolean;
  /** Whether it is the one that was named as `current`. */
  readonly current: boolean;
  /** What the option `device` said of its client at the login. */
  readonly device?: DeviceInfo | undefined;
  /** Whom its user acts for. */
  readonly actingAs?: string | undefined;
}

/** A record of a user's, and what of its state a list shows. */
export interface Listed extends Pick<SessionState, "auth" | "device"> {
  readonly record: SessionRecord;
}

export async function listSessions(
  core: Core,
  userId: string,
  current: string | undefined,
): Promise<SessionInfo[]> {
  const live = await core.strategy.list(core, userId);
  const remembered = (await core.remembering?.list(userId)) ?? [];
  const missing = remembered.filter(({ id }) => !live.some(({ record }) => record.id === id));
  const all = [...live, ...missing.map((record) => ({ record, ...openRecord(record).state }))];
  const login = ({ record }: Listed) => record.authenticatedAt ?? record.createdAt;
  all.sort((a, b) => login(b) - login(a));
  return all.map(({ record, auth, device }) => ({
    id: record.id,
    userId: record.userId ?? "",
    createdAt: record.createdAt,
    authenticatedAt: record.authenticatedAt ?? record.createdAt,
    lastSeenAt: record.lastSeenAt,
    expiresAt: record.expiresAt,
    remembered: remembered.some(({ id }) => id === record.id),
    current: record.id === current,
    device: device && { ...device },
    actingAs: auth?.actingAs,
  }));
}

export async function listRecords(core: Core, userId: string): Promise<SessionRecord[]> {
  return byUser(core, "list(userId)").listByUser(userId);
}

export async function revokeSession(core: Core, id: string): Promise<boolean> {
  const existed = isSessionId(id) && (await core.store.destroy(id));
  if (existed) tellEnded(core, [id], "revoked");
  return existed;
}

export async function revokeUser(core: Core, userId: string, except?: string): Promise<number> {
  // An id of no session excepts none, which is what was asked for.
  const spared = isSessionId(except) ? except : undefined;
  const ids = await byUser(core, "revokeUser(userId)").destroyByUser(userId, spared);
  tellEnded(core, ids, "revoked");
  return ids.length;
}

/** A logged-in session without a request, and its token. */
export async function issueToken(core: Core, userId: string): Promise<SessionToken> {
  assertUserId(userId, "issue(userId)");
  const unit = new SessionUnit({ core, request: { headers: {} } });
  unit.want({ login: { userId } });
  // What a login comes to, if it comes to anything.
  return (await core.strategy.save(core, unit)) as SessionToken;
}

function byUser({ store }: Core, what: string): FullStore {
  if (!store.listByUser || !store.destroyByUser) {
    fail("storage", `must be a store that can list by user, for ${what}`);
  }
  return store as FullStore;
}
