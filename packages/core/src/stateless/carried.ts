import type { Authentication } from "../session/authentication.ts";
import type { Batch } from "../session/batch.ts";
import { replayFlash } from "../session/flash.ts";
import { seen } from "../session/lifetime.ts";
import { type LoadedRecord, NO_SECRET } from "../session/record.ts";
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
  const { endsAt, remember, flash, auth, lineage = "" } = session;
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
    state: {
      hash: NO_SECRET.hash,
      lineage,
      endsAt,
      remember,
      flash,
      auth: auth as Authentication | undefined,
    },
    session,
    entry,
    renew,
  };
}

/** So many epochs a login goes on: past all rotations that may be on their way. */
export const LOGIN_STEP = 1024;

/** What the next token says: of the session that it goes on from, or without one of a new session. */
export function composeSession(
  { core, intent, flash, now, prospect }: Batch,
  before: CarriedRecord | undefined,
  data: string,
  loginAt: number,
): CarriedSession {
  const { timeouts } = core;
  const { login, auth, rotate } = intent;
  const from = before?.session;
  const beginning = from && !login && !auth ? undefined : prospect.beginning;
  const known = from?.epoch ?? 0;
  // A request in flight during a rotation must not set the client back to the token before it.
  const epoch = Math.max(known, before?.entry?.epoch ?? 0);
  // A login or a step-up makes every token of before worthless, and a rotation lets them run out. A token that has just been rotated away starts no rotation of its own.
  const rotates = rotate && epoch === known;
  const step = before ? (login || auth ? LOGIN_STEP : Number(rotates ?? 0)) : 0;
  const lasting = from && !login ? from.endsAt : now + timeouts.absolute;
  const endsAt = intent.endsAt ?? lasting;
  const { lastSeenAt, expiresAt } = seen(now, endsAt, timeouts);
  // In the order of `sessionOf`, so that all sessions are of one shape.
  return {
    id: from ? from.id : prospect.beginning.id,
    lineage: beginning ? beginning.lineage : from?.lineage,
    epoch: epoch + step,
    since: from && epoch + step === known ? from.since : now,
    userId: login ? login.userId : (from?.userId ?? null),
    createdAt: from ? from.createdAt : now,
    authenticatedAt: login ? (login.authenticatedAt ?? loginAt) : (from?.authenticatedAt ?? null),
    lastSeenAt,
    expiresAt,
    endsAt,
    remember: login ? login.remember : from?.remember,
    registered: login ? core.limit && true : from?.registered,
    flash: replayFlash(from?.flash, flash),
    auth: (login || auth ? auth : from?.auth) as CarriedSession["auth"],
    data,
  };
}
