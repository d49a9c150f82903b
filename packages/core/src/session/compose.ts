import type { SessionRecord } from "../store/contract.ts";
import {
  hashSecret,
  type Identity,
  joinToken,
  type SecretHash,
  type SessionToken,
  succeedingSecret,
} from "../token/token.ts";
import { type FlashChanges, replayFlash } from "./flash.ts";
import { type Lifetime, seen } from "./lifetime.ts";
import { encodeState, type LoadedRecord, type SessionState } from "./record.ts";
import { acknowledge, isAuthorised, type SecretMatch, strays, supersede } from "./secrets.ts";
import type { Intent, LoginIntent, Presented } from "./unit.ts";

/** A record to be written, and the token that the client gets with it. */
export interface Draft {
  readonly next: LoadedRecord;
  readonly token: SessionToken | undefined;
  /** What the client presents from now on, where that changed at once. */
  readonly presented: Presented | undefined;
  /** A rotation begins with this version. */
  readonly rotated: boolean;
}

export interface DraftFacts {
  readonly intent: Intent;
  /** Draws id and secret if they are needed. */
  readonly prospect: { readonly identity: Identity };
  readonly presented: Presented | undefined;
  readonly flash: FlashChanges | undefined;
  readonly data: string;
  /** For a rotation: drawn by the caller, as everything random is. */
  readonly nonce: string;
  readonly lifetime: Lifetime;
  readonly cookieName: string;
  readonly now: number;
}

/** The first version of a session. */
export function composeStart(facts: DraftFacts): Draft {
  const { prospect, intent, lifetime, now } = facts;
  const { id, secret } = prospect.identity;
  const hash = hashSecret(secret, facts.cookieName);
  const endsAt = now + lifetime.absolute;
  const state: SessionState = {
    hash,
    endsAt,
    flash: replayFlash(undefined, facts.flash),
    ...(intent.login?.remember && { remember: true as const }),
  };
  const record: SessionRecord = {
    id,
    version: 1,
    userId: intent.login?.userId ?? null,
    createdAt: now,
    authenticatedAt: intent.login ? now : null,
    ...seen(now, endsAt, lifetime),
    state: encodeState(state),
    data: facts.data,
  };
  const token = joinToken(id, secret);
  return { next: { record, state }, token, presented: { secret, hash }, rotated: false };
}

/** The version after `current`. */
export function composeNext(current: LoadedRecord, match: SecretMatch, facts: DraftFacts): Draft {
  const { intent, lifetime, now } = facts;
  const change = intent.login
    ? logIn(current, match, intent.login, facts)
    : rotate(current, match, facts);
  const flash = replayFlash(current.state.flash, facts.flash);
  const state: SessionState = { ...change.state, flash };
  const record: SessionRecord = {
    ...current.record,
    version: current.record.version + 1,
    ...(intent.login && { userId: intent.login.userId, authenticatedAt: now }),
    ...seen(now, state.endsAt, lifetime),
    state: encodeState(state),
    data: facts.data,
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
  { record, state }: LoadedRecord,
  presented: Presented | undefined,
): SessionToken | undefined {
  const nonce = state.pending?.nonce;
  if (nonce === undefined || presented === undefined) return undefined;
  return joinToken(record.id, succeedingSecret(presented.secret, record.id, nonce));
}

type Change = Omit<Draft, "next"> & { readonly state: SessionState };

function logIn(
  { record, state }: LoadedRecord,
  match: SecretMatch,
  login: LoginIntent,
  { prospect, lifetime, cookieName, now }: DraftFacts,
): Change {
  const { secret } = prospect.identity;
  const hash = hashSecret(secret, cookieName);
  const first = record.userId === null;
  const { remember, ...rest } = state;
  const renewed: SessionState = {
    ...rest,
    endsAt: now + lifetime.absolute,
    ...(login.remember && { remember: true as const }),
    ...(first && login.keep && { kept: login.keep }),
  };
  return {
    // Two logins of one user at once, as by a double click: the browser may end up with either token, so both work.
    state: isAuthorised(match)
      ? supersede(renewed, hash, now, lifetime.rotationGrace)
      : { ...renewed, pending: { hash, nonce: undefined, since: now } },
    token: joinToken(record.id, secret),
    presented: { secret, hash },
    rotated: false,
  };
}

function rotate(
  { record, state }: LoadedRecord,
  match: SecretMatch,
  { intent, presented, nonce, lifetime, cookieName, now }: DraftFacts,
): Change {
  const acknowledged =
    match === "pending" ? acknowledge(state, now, lifetime.rotationGrace) : state;
  const unchanged = { state: acknowledged, presented: undefined, rotated: false };
  const entitled = presented !== undefined && (match === "current" || match === "pending");
  if (!entitled) return { ...unchanged, token: undefined };
  const { secret } = presented;
  if (!intent.rotate && !isUntold(acknowledged, lifetime, now)) {
    return { ...unchanged, token: undefined };
  }
  const underWay = pendingToken({ record, state: acknowledged }, presented);
  if (underWay !== undefined) return { ...unchanged, token: underWay };
  const next = succeedingSecret(secret, record.id, nonce);
  const hash = hashSecret(next, cookieName);
  return {
    state: { ...acknowledged, pending: { hash, nonce, since: now } },
    token: joinToken(record.id, next),
    presented: undefined,
    rotated: true,
  };
}
