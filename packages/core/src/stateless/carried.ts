import type { Batch } from "../session/batch.ts";
import { replayFlash } from "../session/flash.ts";
import { seen } from "../session/lifetime.ts";
import type { LoadedRecord } from "../session/record.ts";
import type { SecretHash } from "../token/token.ts";
import type { CarriedSession } from "./codec.ts";
import type { KnownEntry } from "./revocation/entry.ts";

/** A session that came in its token, in the form that the rest of the core knows. */
export interface CarriedRecord extends LoadedRecord {
  readonly session: CarriedSession;
  /** What the revocation store held of it. */
  readonly entry: KnownEntry | undefined;
  /** Its key is on its way out. */
  readonly renew: boolean;
}

export function carriedRecord(
  session: CarriedSession,
  entry?: KnownEntry,
  renew = false,
): CarriedRecord {
  const { id, epoch, userId, createdAt, authenticatedAt, lastSeenAt, expiresAt, data } = session;
  const { endsAt, remember, flash } = session;
  const version = epoch + 1;
  return {
    record: {
      id,
      version,
      userId,
      createdAt,
      authenticatedAt,
      lastSeenAt,
      expiresAt,
      state: "",
      data,
    },
    state: { hash: "" as SecretHash, endsAt, remember, flash },
    session,
    entry,
    renew,
  };
}

/** What the next token says: of the session that it goes on from, or without one of a new session. */
export function composeSession(
  { core, intent: { login, rotate }, flash, now, prospect }: Batch,
  before: CarriedRecord | undefined,
  data: string,
): CarriedSession {
  const { timeouts } = core;
  const from = before?.session ?? {
    id: prospect.identity.id,
    epoch: 0,
    since: now,
    userId: null,
    createdAt: now,
    authenticatedAt: null,
    endsAt: now + timeouts.absolute,
  };
  // A request in flight during a rotation must not set the client back to the token before it.
  const epoch = Math.max(from.epoch, before?.entry?.epoch ?? 0);
  // A login makes every token of before worthless, and a rotation lets them run out. A token that has just been rotated away starts no rotation of its own.
  const rotates = rotate && epoch === from.epoch;
  // Two on for a login: past every rotation that is still on its way.
  const step = before ? (login ? 2 : Number(rotates ?? 0)) : 0;
  const endsAt = login ? now + timeouts.absolute : from.endsAt;
  return {
    ...from,
    ...(epoch + step > from.epoch && { epoch: epoch + step, since: now }),
    ...(login && {
      userId: login.userId,
      authenticatedAt: now,
      remember: login.remember,
      registered: core.limit && true,
    }),
    ...seen(now, endsAt, timeouts),
    endsAt,
    flash: replayFlash(before?.session.flash, flash),
    data,
  };
}
