import { SessionStoreError } from "../errors.ts";
import { freeze, isObject } from "../object.ts";
import type { SessionRecord } from "../store/contract.ts";
import type { SecretHash } from "../token/token.ts";
import { type Authentication, isAuthentication } from "./authentication.ts";
import type { Values } from "./changes.ts";
import type { DeviceInfo } from "./device.ts";
import { Recall } from "./recall.ts";

/** A secret that was replaced, and until when it is honoured (`retired`) or remembered (`superseded`). */
export interface FormerSecret {
  readonly hash: SecretHash;
  readonly until: number;
}

/** The next secret, until the client has presented it once. */
export interface PendingSecret {
  readonly hash: SecretHash;
  /** Derives it from the secret in use; `undefined` for one of a second login, which was drawn and is known to its response only. */
  readonly nonce?: string | undefined;
  /** When it was issued. */
  readonly since: number;
}

/** What the core keeps of a session beside the times: the content of `record.state`. */
export interface SessionState {
  /** Hash of the secret in use. */
  readonly hash: SecretHash;
  /** Tags every secret of the session since its last login, so that none is forgotten. No key to the session: see `isOfLineage`. */
  readonly lineage: string;
  /** A rotation that the client has not acknowledged yet. */
  readonly pending?: PendingSecret | undefined;
  /** Rotated away: honoured until then. Newest last. */
  readonly retired?: readonly FormerSecret[] | undefined;
  /** Ended by a login: worthless at once, but a stray request with it must not overwrite the new cookie. */
  readonly superseded?: readonly FormerSecret[] | undefined;
  /** Absolute deadline: rotate, touch and update never move it. */
  readonly endsAt: number;
  /** The cookie outlives the browser. */
  readonly remember?: true | undefined;
  /** How the user authenticated; `undefined` where there is nothing to say but when. */
  readonly auth?: Authentication | undefined;
  /** What the client of the login was said to be. */
  readonly device?: DeviceInfo | undefined;
  /** What the login kept of the anonymous session's keys (`undefined`: all), for commits that began before it. */
  readonly kept?: readonly string[] | undefined;
  /** Values for the next request that asks. */
  readonly flash?: Readonly<Values> | undefined;
  /** Of the last commits that had an update: the sign of each, drawn at random. Newest last. */
  readonly marks?: readonly string[] | undefined;
  /** Regenerated: what stands here is a marker without data, for requests that are still on their way. */
  readonly replaced?: true | undefined;
}

/** Of a state that no secret opens, and none ends. */
export const NO_SECRET = { hash: "" as SecretHash, lineage: "" };

/** So many commits with an update are known again. With more in the time of a lost reply nobody can tell whether it was made. */
export const MARKS = 4;

/** A record with its state opened. */
export interface LoadedRecord {
  readonly record: SessionRecord;
  readonly state: SessionState;
}

/** Of the state's text: a version that reads another one must know it. */
const FORMAT = 1;

export function encodeState(state: SessionState): string {
  return JSON.stringify({ v: FORMAT, ...state });
}

/** Opens a record. A state that this version did not write is a broken store, never an empty session. */
export function openRecord(record: SessionRecord): LoadedRecord {
  return { record, state: states.known(record, record.state) ?? openState(record) };
}

/** Only a write changes a session's state, and few do. */
const states = new Recall<SessionState>();

function openState(record: SessionRecord): SessionState {
  const { v, ...state } = parse(record.state, "a state", isState);
  // What `flash` has left is handed out and may be mutated. All else is for reading, and frozen to be sure of it.
  if (!state.flash && states.keep(record, record.state, state)) freeze(state);
  return state;
}

/** The application's data. Anything but a JSON object is a broken store. */
export function parseData(text: string): Values {
  return parse(text, "data", isObject);
}

function parse<T>(text: string, what: string, valid: (value: unknown) => value is T): T {
  let cause: unknown;
  try {
    const value: unknown = JSON.parse(text);
    if (valid(value)) return value;
  } catch (error) {
    cause = error;
  }
  throw new SessionStoreError("read", `session store returned ${what} of an unknown format`, {
    cause,
  });
}

/** Where something else stands in place of an object or a list, this throws, which refuses it as well. */
function isState(value: unknown): value is SessionState & { readonly v: typeof FORMAT } {
  const {
    v,
    lineage,
    pending,
    retired = [],
    superseded = [],
    kept = [],
    marks = [],
    flash = {},
    auth = {},
    device = {},
  } = value as SessionState & Values;
  return (
    v === FORMAT &&
    isSecret(value, "endsAt") &&
    isText(lineage) &&
    (pending === undefined || isSecret(pending, "since")) &&
    retired.every((it) => isSecret(it, "until")) &&
    superseded.every((it) => isSecret(it, "until")) &&
    kept.every(isText) &&
    marks.every(isText) &&
    isObject(flash) &&
    isAuthentication(auth) &&
    isObject(device)
  );
}

/** Something with a hash and a time. */
function isSecret(value: unknown, time: string): boolean {
  const it = value as Values;
  return typeof it.hash === "string" && Number.isFinite(it[time]);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
