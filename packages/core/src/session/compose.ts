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
import type { DeviceInfo } from "./device.ts";
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
import type { Intent, Presented } from "./unit.ts";

/** A record to be written, and the token that the client gets with it. */
export interface Draft {
  readonly next: LoadedRecord;
  readonly token?: SessionToken | undefined;
  /** What the client presents from now on, where that changed at once. */
  readonly presented?: Presented | undefined;
  /** A rotation begins with this version. */
  readonly rotated?: boolean | undefined;
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
  /** Of a login. */
  readonly device?: DeviceInfo | undefined;
  readonly now: number;
}

/** The first version of a session. */
export function composeStart(facts: DraftFacts, data: string): Draft {
  const { core, intent, now, prospect } = facts;
  const { id, seed, lineage } = prospect.beginning;
  const fresh = secretFor(id, seed, { lineage }, core);
  const state: SessionState = {
    hash: fresh.presented.hash,
    lineage,
    endsAt: intent.endsAt ?? now + core.timeouts.absolute,
    remember: intent.login?.remember,
    auth: intent.auth,
    device: facts.device,
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
  const { login, auth } = facts.intent;
  const renews = login || (auth && isAuthorised(match));
  const change = renews ? renew(current, match, facts) : rotate(current, match, facts);
  return draftOf(current.record, change, facts, data, current);
}

function draftOf(
  before: Omit<SessionRecord, keyof SessionTimes | "state" | "data">,
  { state: changed, token, presented, rotated }: Change,
  { core, intent: { login }, flash, mark, now }: DraftFacts,
  data: string,
  current?: LoadedRecord,
): Draft {
  const state = mark || flash ? told(changed, mark, flash) : changed;
  const { lastSeenAt, expiresAt } = seen(now, state.endsAt, core.timeouts);
  const record: SessionRecord = {
    id: before.id,
    version: before.version + 1,
    userId: login ? login.userId : before.userId,
    createdAt: before.createdAt,
    authenticatedAt: login ? (login.authenticatedAt ?? now) : before.authenticatedAt,
    lastSeenAt,
    expiresAt,
    // Most writes are of data alone.
    state: state === current?.state ? current.record.state : encodeState(state),
    data,
  };
  return { next: { record, state }, token, presented, rotated };
}

function told(
  state: SessionState,
  mark: string | undefined,
  flash: Changes | undefined,
): SessionState {
  const { marks = [] } = state;
  return {
    ...state,
    ...(mark && { marks: [...marks, mark].slice(-MARKS) }),
    flash: replayFlash(state.flash, flash),
  };
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
  return !!pending?.nonce && now - pending.since >= timeouts.rotationGrace;
}

/** The token of a rotation under way, for a client that comes with the one before it. */
export function pendingToken(
  { record: { id }, state }: LoadedRecord,
  presented: Presented | undefined,
  core: Core,
): SessionToken | undefined {
  const nonce = state.pending?.nonce;
  if (nonce && presented) {
    return secretFor(id, succeedingSeed(presented.secret, id, nonce), state, core).token;
  }
}

type Change = Omit<Draft, "next"> & { readonly state: SessionState };

function secretFor(
  id: SessionRecord["id"],
  seed: string,
  { lineage }: Pick<SessionState, "lineage">,
  { cookie }: Core,
) {
  const secret = secretOf(seed, lineage, cookie.name);
  return {
    token: joinToken(id, secret),
    presented: { secret, hash: hashSecret(secret, cookie.name) },
  };
}

/** A login, a step-up or another user to act for: a new secret, at once. */
function renew({ record, state }: LoadedRecord, match: SecretMatch, facts: DraftFacts): Change {
  const { core, intent, now, prospect } = facts;
  const { login } = intent;
  const { timeouts } = core;
  const { seed, lineage } = prospect.beginning;
  const authorised = isAuthorised(match);
  const lined = authorised ? { ...state, lineage } : state;
  const fresh = secretFor(record.id, seed, lined, core);
  const { hash } = fresh.presented;
  const renewed: SessionState = {
    ...lined,
    auth: intent.auth,
    ...(login && {
      endsAt: now + timeouts.absolute,
      remember: login.remember,
      device: facts.device,
      kept: record.userId === null ? login.keep : state.kept,
    }),
  };
  return {
    ...fresh,
    // Two logins of one user at once, as by a double click: the browser may end up with either token, so both work.
    state: authorised
      ? supersede(renewed, hash, now, timeouts.rotationGrace)
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
  const untold = isUntold(state, timeouts, now);
  if (!presented || !entitled || !(intent.rotate || untold)) return { state };
  // Of two logins at once the browser has one token or the other: until the last response must have arrived both stay good.
  const { pending } = state;
  if (pending && !pending.nonce && now - pending.since < timeouts.rotationGrace) return { state };
  // One that is under way goes on: every request that rotates hands out the same token. Strictly only for as long as the response may
  // be under way too: who comes with its token later, and who comes with the old one still, are two parties.
  const underWay = untold && intent.strict ? undefined : pending?.nonce;
  const nonce = underWay ?? mintNonce(random);
  const seed = succeedingSeed(presented.secret, id, nonce);
  const { token, presented: next } = secretFor(id, seed, state, core);
  if (underWay) return { state, token };
  const begun = {
    ...state,
    pending: { hash: next.hash, nonce, since: now },
    // The other one of two logins, or one whose response may have taken that long: whoever has it is in flight still.
    ...(pending && { retired: retire(state.retired, pending, now, timeouts.rotationGrace) }),
  };
  return { state: begun, token, rotated: true };
}
