import { chain, type MaybePromise } from "../promise.ts";
import {
  hashSecret,
  type Identity,
  isOfLineage,
  parseToken,
  type SessionId,
} from "../token/token.ts";
import { saveUnit } from "./commit.ts";
import type { Core } from "./core.ts";
import { isExpired } from "./lifetime.ts";
import { type LoadedRecord, openRecord } from "./record.ts";
import { reject, reused } from "./refuse.ts";
import { isAuthorised, matchSecret } from "./secrets.ts";
import type { Finding, Strategy } from "./strategy.ts";
import { listRecords, revokeSession, revokeUser } from "./users.ts";

/** Reads a token's session and judges the secret. */
function judge(core: Core, { id, secret }: Identity): MaybePromise<Finding> {
  const { clock, cookie, store } = core;
  return chain(store.read(id), (record) => {
    const now = clock();
    const loaded = record && openRecord(record);
    if (!loaded || isExpired(loaded.record, loaded.state, now)) return reject(core, id, "unknown");
    const hash = hashSecret(secret, cookie.name);
    const match = matchSecret(loaded.state, hash, now);
    if (isAuthorised(match)) return { loaded, presented: { secret, hash }, match };
    const { lineage } = loaded.state;
    // The tag is asked last, as it takes an HMAC: what has it and is not honoured was rotated away. What a login superseded is of
    // another lineage, and a marker has none.
    if (!lineage || !isOfLineage(secret, lineage, cookie.name)) {
      return { ...reject(core, id, match), match };
    }
    return reused(core, id, loaded.record.userId, () => store.destroy(id));
  });
}

function until({ clock, store }: Core, id: SessionId): MaybePromise<number | undefined> {
  return chain(store.read(id), (record) => {
    const loaded = record && openRecord(record);
    if (!loaded || loaded.state.replaced || isExpired(record, loaded.state, clock())) return;
    return Math.min(record.expiresAt, loaded.state.endsAt);
  });
}

/**
 * A touch would not tell it from the marker in the place of a session that another one replaced. That has no lineage, and after a login
 * the session has another one.
 */
function stands({ clock, store }: Core, { record, state }: LoadedRecord): MaybePromise<boolean> {
  return chain(store.read(record.id), (found) => {
    const now = found && openRecord(found).state;
    return !!now && now.lineage === state.lineage && !isExpired(found, now, clock());
  });
}

/** Sessions in a store: the client has a handle to them, and a secret. */
export const serverSide: Strategy<Identity> = {
  carried: false,
  parse: parseToken,
  judge,
  save: saveUnit,
  async list(core, userId) {
    const records = await listRecords(core, userId);
    return records.map((record) => ({ record, ...openRecord(record).state }));
  },
  revoke: revokeSession,
  revokeUser,
  until,
  stands,
};
