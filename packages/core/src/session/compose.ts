import type { SessionRecord, SessionTimes } from "../store/contract.ts";
import {
  type Beginning,
  hashSecret,
  joinToken,
  mintNonce,
  type SessionToken,
  secretOf,
  succeedingSeed,
} from "../token/token.ts";
import type { Changes } from "./changes.ts";
import type { Core } from "./core.ts";
import { replayFlash } from "./flash.ts";
import { type Lifetime, seen } from "./lifetime.ts";
import { encodeState, type LoadedRecord, MARKS, NO_SECRET, type SessionState } from "./record.ts";
import {
  acknowledge,
  isAuthorised,
  retire,
  type SecretMatch,
  strays,
  supersede,
} from "./secrets.ts";
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
  readonly core: Core;
  readonly intent: Intent;
  /** Draws what a session begins with if it is needed. */
  readonly prospect: { readonly beginning: Beginning };
  readonly presented?: Presented | undefined;
  readonly flash?: Changes | undefined;
  readonly mark?: string | undefined;
  readonly now: number;
}

/** The first version of a session. */
export function composeStart(facts: DraftFacts, data: string): Draft {
  const { core, intent, now, prospect } = facts;
  const { id, seed, lineage } = prospect.beginning;
  const fresh = freshSecret(id, seed, lineage, core);
  const state: SessionState = {
    hash: fresh.presented.hash,
    lineage,
    endsAt: intent.endsAt ?? now + core.timeouts.absolute,
    remember: intent.login?.remember,
  };
  const blank = { id, version: 0, userId: null, createdAt: now, authenticatedAt: null };
  return draftOf(blank, { ...fresh, state }, facts, data);
}

/** The version after `current`. */
export function composeNext(
  current: LoadedRecord,
  match: SecretMatch,
  facts: DraftFacts,
  data: string,
): Draft {
  const { login } = facts.intent;
  const change = login ? logIn(current, match, login, facts) : rotate(current, match, facts);
  return draftOf(current.record, change, facts, data);
}

function draftOf(
  before: Omit<SessionRecord, keyof SessionTimes | "state" | "data">,
  change: Change,
  { core, intent: { login }, flash, mark, now }: DraftFacts,
  data: string,
): Draft {
  const { marks = [] } = change.state;
  const state = {
    ...change.state,
    ...(mark && { marks: [...marks, mark].slice(-MARKS) }),
    flash: replayFlash(change.state.flash, flash),
  };
  const record: SessionRecord = {
    ...before,
    version: before.version + 1,
    ...(login && { userId: login.userId, authenticatedAt: login.authenticatedAt ?? now }),
    ...seen(now, state.endsAt, core.timeouts),
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

/** The marker in the place of a session that another one replaced: no data, no user. */
export function composeMarker(
  { record, state }: LoadedRecord,
  now: number,
  graceMs: number,
): SessionRecord {
  const expiresAt = now + MARKER_MS;
  const marker: SessionState = {
    ...NO_SECRET,
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
export function isUntold({ pending }: SessionState, timeouts: Lifetime, now: number): boolean {
  return pending?.nonce !== undefined && now - pending.since >= timeouts.rotationGrace;
}

/** Of the rotation that a further one joins, if there is one. */
export function nonceUnderWay(
  state: SessionState,
  { strict }: Intent,
  timeouts: Lifetime,
  now: number,
): string | undefined {
  // Its token is on its way no longer. The next use of that one, by whomever, is the mark of theft: nothing knows it any more but its tag.
  if (strict && isUntold(state, timeouts, now)) return;
  return state.pending?.nonce;
}

/** The token of a rotation under way, for a client that comes with the one before it. */
export function pendingToken(
  { record: { id }, state }: LoadedRecord,
  presented: Presented | undefined,
  core: Core,
): SessionToken | undefined {
  const nonce = state.pending?.nonce;
  if (nonce === undefined || !presented) return;
  return secretAfter(presented, nonce, id, state, core).token;
}

type Change = Omit<Draft, "next"> & { readonly state: SessionState };

function freshSecret(id: SessionRecord["id"], seed: string, lineage: string, { cookie }: Core) {
  const secret = secretOf(seed, lineage, cookie.name);
  return {
    token: joinToken(id, secret),
    presented: { secret, hash: hashSecret(secret, cookie.name) },
  };
}

/** What a rotation hands out. */
function secretAfter(
  { secret }: Presented,
  nonce: string,
  id: SessionRecord["id"],
  { lineage }: SessionState,
  core: Core,
) {
  return freshSecret(id, succeedingSeed(secret, id, nonce), lineage, core);
}

function logIn(
  { record, state }: LoadedRecord,
  match: SecretMatch,
  login: LoginIntent,
  facts: DraftFacts,
): Change {
  const { core, now, prospect } = facts;
  const { timeouts } = core;
  const { seed, ...drawn } = prospect.beginning;
  const authorised = isAuthorised(match);
  const { lineage } = authorised ? drawn : state;
  const fresh = freshSecret(record.id, seed, lineage, core);
  const { hash } = fresh.presented;
  const renewed: SessionState = {
    ...state,
    endsAt: now + timeouts.absolute,
    remember: login.remember,
    kept: record.userId === null ? login.keep : state.kept,
  };
  return {
    ...fresh,
    // Two logins of one user at once, as by a double click: the browser may end up with either token, so both work.
    state: authorised
      ? supersede(renewed, { hash, lineage }, now, timeouts.rotationGrace)
      : { ...renewed, pending: { hash, since: now } },
  };
}

function rotate(
  { record: { id }, state: before }: LoadedRecord,
  match: SecretMatch,
  { core, intent, presented, now }: DraftFacts,
): Change {
  const { timeouts, random } = core;
  const acknowledged = match === "pending";
  const state = acknowledged ? acknowledge(before, now, timeouts.rotationGrace) : before;
  const entitled = acknowledged || match === "current";
  if (!presented || !entitled || !(intent.rotate || isUntold(state, timeouts, now))) {
    return { state };
  }
  // Of two logins at once the browser has one token or the other: until the last response must have arrived both stay good.
  const { pending } = state;
  if (pending && !pending.nonce && now - pending.since < timeouts.rotationGrace) return { state };
  // One that is under way goes on: every request that rotates hands out the same token.
  const underWay = nonceUnderWay(state, intent, timeouts, now);
  const nonce = underWay ?? mintNonce(random);
  const { token, presented: next } = secretAfter(presented, nonce, id, state, core);
  if (underWay !== undefined) return { state, token };
  const begun = { ...state, pending: { hash: next.hash, nonce, since: now } };
  if (!pending || pending.nonce) return { state: begun, token, rotated: true };
  // The other one of two logins has its grace, too.
  const retired = retire(state, pending.hash, now, timeouts.rotationGrace);
  return { state: { ...begun, retired }, token, rotated: true };
}
