import type { Authentication } from "../session/authentication.ts";
import type { Batch } from "../session/batch.ts";
import { replayFlash } from "../session/flash.ts";
import { seen } from "../session/lifetime.ts";
import { type LoadedRecord, NO_SECRET } from "../session/record.ts";
import type { SessionTimes } from "../store/contract.ts";
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
      ...NO_SECRET,
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
  const from: Omit<CarriedSession, keyof SessionTimes | "data"> = before?.session ?? {
    id: prospect.beginning.id,
    lineage: prospect.beginning.lineage,
    epoch: 0,
    since: now,
    userId: null,
    createdAt: now,
    authenticatedAt: null,
    endsAt: now + timeouts.absolute,
  };
  // A request in flight during a rotation must not set the client back to the token before it.
  const epoch = Math.max(from.epoch, before?.entry?.epoch ?? 0);
  // A login or a step-up makes every token of before worthless, and a rotation lets them run out. A token that has just been rotated away starts no rotation of its own.
  const rotates = rotate && epoch === from.epoch;
  const step = before ? (login || auth ? LOGIN_STEP : Number(rotates ?? 0)) : 0;
  const endsAt = intent.endsAt ?? (login ? now + timeouts.absolute : from.endsAt);
  return {
    ...from,
    ...(epoch + step > from.epoch && { epoch: epoch + step, since: now }),
    ...((login || auth) && { lineage: prospect.beginning.lineage }),
    ...(login && {
      userId: login.userId,
      authenticatedAt: login.authenticatedAt ?? loginAt,
      remember: login.remember,
      registered: core.limit && true,
    }),
    ...seen(now, endsAt, timeouts),
    endsAt,
    auth: (login || auth ? auth : from.auth) as CarriedSession["auth"],
    flash: replayFlash(before?.session.flash, flash),
    data,
  };
}
