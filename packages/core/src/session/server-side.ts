import { chain, isPromise, type MaybePromise } from "../promise.ts";
import type { SessionRecord } from "../store/contract.ts";
import {
  hashSecret,
  type Identity,
  isOfLineage,
  parseToken,
  type SessionId,
} from "../token/token.ts";
import { saveUnit } from "./commit.ts";
import type { Core } from "./core.ts";
import { isExpired, isTouchDue } from "./lifetime.ts";
import { type LoadedRecord, openRecord } from "./record.ts";
import { reject, reused } from "./refuse.ts";
import { isAuthorised, matchSecret } from "./secrets.ts";
import type { Finding, Strategy } from "./strategy.ts";
import { listRecords, revokeSession, revokeUser } from "./users.ts";

/** Reads a token's session and judges the secret. */
function judge(core: Core, token: Identity): MaybePromise<Finding> {
  const record = core.store.read(token.id);
  return isPromise(record)
    ? record.then((it) => weigh(core, token, it))
    : weigh(core, token, record);
}

function weigh(core: Core, { id, secret }: Identity, record: SessionRecord | undefined): Finding {
  const { clock, cookie, store } = core;
  const now = clock();
  const loaded = record && openRecord(record);
  if (!loaded || isExpired(loaded.record, loaded.state, now)) return reject(core, id, "unknown");
  const hash = hashSecret(secret, cookie.name);
  const match = matchSecret(loaded.state, hash, now);
  if (isAuthorised(match)) return { loaded, presented: { secret, hash }, match, readAt: now };
  const { lineage } = loaded.state;
  // The tag is asked last, as it takes an HMAC: what has it and is not honoured was rotated away. What a login superseded is of
  // another lineage, and a marker has none.
  if (!lineage || !isOfLineage(secret, lineage, cookie.name)) {
    return { ...reject(core, id, match), match };
  }
  return reused(core, id, loaded.record.userId, () => store.destroy(id));
}

/** The session as it is now, if it lives. A marker in the place of one that another replaced does not. */
function living({ clock, store }: Core, id: SessionId): MaybePromise<LoadedRecord | undefined> {
  return chain(store.read(id), (record) => {
    const now = record && openRecord(record);
    return !now || now.state.replaced || isExpired(now.record, now.state, clock())
      ? undefined
      : now;
  });
}

/** Sessions in a store: the client has a handle to them, and a secret. */
export const serverSide: Strategy<Identity> = {
  carried: false,
  revocable: true,
  parse: parseToken,
  judge,
  isDue: ({ clock, timeouts }, { loaded }) =>
    !!loaded && (!!loaded.state.pending || isTouchDue(loaded.record, clock(), timeouts)),
  save: saveUnit,
  async list(core, userId) {
    const records = await listRecords(core, userId);
    return records.map((record) => ({ record, ...openRecord(record).state }));
  },
  revoke: revokeSession,
  revokeUser,
  until: (core, id) =>
    chain(living(core, id), (now) => now && Math.min(now.record.expiresAt, now.state.endsAt)),
  // After a login it has another lineage.
  stands: (core, { record, state }) =>
    chain(living(core, record.id), (now) => now?.state.lineage === state.lineage),
};
