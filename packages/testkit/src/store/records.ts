import { createHash } from "node:crypto";
import type {
  CreateOutcome,
  MaybePromise,
  SessionId,
  SessionRecord,
  SessionStore,
  UpdateOutcome,
} from "@coatcheck/core";

/** A well-formed session id that is the same for the same `name`. */
export function testId(name: string): SessionId {
  const bytes = createHash("sha256").update(name).digest().subarray(0, 16);
  return bytes.toString("base64url") as SessionId;
}

/** An anonymous record named `name`, created at `now` and living for one minute; `fields` replace its own. */
export function testRecord(
  now: number,
  name: string,
  fields: Partial<SessionRecord> = {},
): SessionRecord {
  return {
    id: testId(name),
    version: 1,
    userId: null,
    createdAt: now,
    authenticatedAt: null,
    lastSeenAt: now,
    expiresAt: now + 60_000,
    state: `{"v":1,"of":${JSON.stringify(name)}}`,
    data: `{"name":${JSON.stringify(name)}}`,
    ...fields,
  };
}

/** As `testRecord`, logged in as `userId` at `now`. */
export function testLogin(
  now: number,
  name: string,
  userId: string,
  fields: Partial<SessionRecord> = {},
): SessionRecord {
  return testRecord(now, name, { userId, authenticatedAt: now, ...fields });
}

/** Who was destroyed to make room; nobody, where the write took place without that. */
export function evictedBy(outcome: CreateOutcome | UpdateOutcome): readonly SessionId[] {
  return typeof outcome === "string" ? [] : outcome.evicted;
}

/** Whether the record was written. */
export function wasWritten(outcome: CreateOutcome | UpdateOutcome): boolean {
  return outcome === "ok" || typeof outcome !== "string";
}

/** The two methods of the capability *by user*, for the cases that need it. */
export function usersOf(store: SessionStore): {
  list(userId: string): MaybePromise<SessionRecord[]>;
  ids(userId: string): Promise<SessionId[]>;
  destroy(userId: string, except?: SessionId): MaybePromise<SessionId[]>;
} {
  const list = (userId: string): MaybePromise<SessionRecord[]> =>
    store.listByUser?.(userId) ?? absent();
  return {
    list,
    ids: async (userId) => (await list(userId)).map((record) => record.id),
    destroy: (userId, except) => store.destroyByUser?.(userId, except) ?? absent(),
  };
}

function absent(): never {
  throw new TypeError("the store lacks listByUser or destroyByUser");
}
