import type { SessionRecord, SessionTimes } from "../store/contract.ts";
import {
  hashSecret,
  type Identity,
  joinToken,
  mintNonce,
  type SecretHash,
  type SessionToken,
  succeedingSecret,
} from "../token/token.ts";
import type { Changes } from "./changes.ts";
import { replayFlash } from "./flash.ts";
import { type Lifetime, seen } from "./lifetime.ts";
import type { Settings } from "./options.ts";
import { encodeState, type LoadedRecord, type SessionState } from "./record.ts";
import { acknowledge, isAuthorised, type SecretMatch, strays, supersede } from "./secrets.ts";
import type { Intent, LoginIntent, Presented } from "./unit.ts";

/** A record to be written, and the token that the client gets with it. */
export interface Draft {
  readonly next: LoadedRecord;
  readonly token?: SessionToken;
  /** What the client presents from now on, where that changed at once. */
  readonly presented?: Presented;
  /** A rotation begins with this version. */
  readonly rotated?: boolean;
}

/** Of a commit: what goes into a record beside the data. */
export interface DraftFacts {
  readonly intent: Intent;
  /** Draws id and secret if they are needed. */
  readonly prospect: { readonly identity: Identity };
  readonly presented?: Presented | undefined;
  readonly flash?: Changes | undefined;
  readonly now: number;
}

/** The first version of a session. */
export function composeStart(facts: DraftFacts, data: string, settings: Settings): Draft {
  const { intent, now, prospect } = facts;
  const { id } = prospect.identity;
  const fresh = freshSecret(id, facts, settings);
  const state: SessionState = {
    hash: fresh.presented.hash,
    endsAt: now + settings.lifetime.absolute,
    remember: intent.login?.remember || undefined,
  };
  const blank = { id, version: 0, userId: null, createdAt: now, authenticatedAt: null };
  return draftOf(blank, { ...fresh, state }, facts, data, settings);
}

/** The version after `current`. */
export function composeNext(
  current: LoadedRecord,
  match: SecretMatch,
  facts: DraftFacts,
  data: string,
  settings: Settings,
): Draft {
  const { login } = facts.intent;
  const change = login
    ? logIn(current, match, login, facts, settings)
    : rotate(current, match, facts, settings);
  return draftOf(current.record, change, facts, data, settings);
}

function draftOf(
  before: Omit<SessionRecord, keyof SessionTimes | "state" | "data">,
  change: Change,
  { intent: { login }, flash, now }: DraftFacts,
  data: string,
  { lifetime }: Settings,
): Draft {
  const state = { ...change.state, flash: replayFlash(change.state.flash, flash) };
  const record: SessionRecord = {
    ...before,
    version: before.version + 1,
    ...(login && { userId: login.userId, authenticatedAt: now }),
    ...seen(now, state.endsAt, lifetime),
    state: encodeState(state),
    data,
  };
  return { ...change, next: { record, state } };
}

/**
 * How long a marker stands. Longer than the grace in which its tokens are known, for slow requests of before: their commit has to
 * find out that the client has a newer cookie.
 */
const MARKER_MS = 5 * 60_000;

/** The marker in the place of a session that another one replaces: no data, no user. */
export function composeMarker(
  { record, state }: LoadedRecord,
  now: number,
  graceMs: number,
): SessionRecord {
  const expiresAt = now + MARKER_MS;
  const marker: SessionState = {
    hash: "" as SecretHash,
    endsAt: expiresAt,
    superseded: strays(state, now, graceMs),
    replaced: true,
  };
  return {
    ...record,
    version: record.version + 1,
    userId: null,
    authenticatedAt: null,
    expiresAt,
    state: encodeState(marker),
    data: "{}",
  };
}

/** The client still comes with the old token although the response with the new one must long have arrived. */
export function isUntold({ pending }: SessionState, lifetime: Lifetime, now: number): boolean {
  return pending?.nonce !== undefined && now - pending.since >= lifetime.rotationGrace;
}

/** The token of a rotation under way, for a client that comes with the one before it. */
export function pendingToken(
  { record: { id }, state }: LoadedRecord,
  presented: Presented | undefined,
): SessionToken | undefined {
  const nonce = state.pending?.nonce;
  if (nonce === undefined || !presented) return;
  return joinToken(id, succeedingSecret(presented.secret, id, nonce));
}

type Change = Omit<Draft, "next"> & { readonly state: SessionState };

function freshSecret(id: SessionRecord["id"], { prospect }: DraftFacts, { cookie }: Settings) {
  const { secret } = prospect.identity;
  return {
    token: joinToken(id, secret),
    presented: { secret, hash: hashSecret(secret, cookie.name) },
  };
}

function logIn(
  { record, state }: LoadedRecord,
  match: SecretMatch,
  login: LoginIntent,
  facts: DraftFacts,
  settings: Settings,
): Change {
  const { now } = facts;
  const { lifetime } = settings;
  const fresh = freshSecret(record.id, facts, settings);
  const { hash } = fresh.presented;
  const renewed: SessionState = {
    ...state,
    endsAt: now + lifetime.absolute,
    remember: login.remember || undefined,
    kept: record.userId === null ? login.keep : state.kept,
  };
  return {
    ...fresh,
    // Two logins of one user at once, as by a double click: the browser may end up with either token, so both work.
    state: isAuthorised(match)
      ? supersede(renewed, hash, now, lifetime.rotationGrace)
      : { ...renewed, pending: { hash, since: now } },
  };
}

function rotate(
  { record: { id }, state: before }: LoadedRecord,
  match: SecretMatch,
  { intent, presented, now }: DraftFacts,
  { lifetime, random, cookie }: Settings,
): Change {
  const acknowledged = match === "pending";
  const state = acknowledged ? acknowledge(before, now, lifetime.rotationGrace) : before;
  const entitled = acknowledged || match === "current";
  if (!presented || !entitled || !(intent.rotate || isUntold(state, lifetime, now))) {
    return { state };
  }
  // One that is under way goes on: every request that rotates hands out the same token.
  const underWay = state.pending?.nonce;
  const nonce = underWay ?? mintNonce(random);
  const secret = succeedingSecret(presented.secret, id, nonce);
  const token = joinToken(id, secret);
  if (underWay !== undefined) return { state, token };
  const pending = { hash: hashSecret(secret, cookie.name), nonce, since: now };
  return { state: { ...state, pending }, token, rotated: true };
}
