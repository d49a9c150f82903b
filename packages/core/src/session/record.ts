import { SessionStoreError } from "../errors.ts";
import type { SessionRecord } from "../store/contract.ts";
import type { SecretHash } from "../token/token.ts";
import type { Values } from "./changes.ts";

/** A secret that was replaced, and until when it is honoured (`retired`) or remembered (`superseded`). */
export interface FormerSecret {
  readonly hash: SecretHash;
  readonly until: number;
}

/** The next secret, until the client has presented it once. */
export interface PendingSecret {
  readonly hash: SecretHash;
  /** Derives it from the secret in use; `undefined` for one of a second login, which was drawn and is known to its response only. */
  readonly nonce: string | undefined;
  /** When it was issued. */
  readonly since: number;
}

/** What the core keeps of a session beside the times: the content of `record.state`. */
export interface SessionState {
  /** Hash of the secret in use. */
  readonly hash: SecretHash;
  /** A rotation that the client has not acknowledged yet: the next secret's hash, and what derives it. */
  readonly pending?: PendingSecret;
  /** Rotated away: honoured until then, taken for theft afterwards. Newest last. */
  readonly retired?: readonly FormerSecret[];
  /** Ended by a login: worthless at once, but a stray request with it must not overwrite the new cookie. */
  readonly superseded?: readonly FormerSecret[];
  /** Absolute deadline: rotate, touch and update never move it. */
  readonly endsAt: number;
  /** The cookie outlives the browser. */
  readonly remember?: true;
  /** What the login kept of the anonymous session's keys (`undefined`: all), for commits that began before it. */
  readonly kept?: readonly string[];
  /** Values for the next request that asks. */
  readonly flash?: Readonly<Record<string, unknown>> | undefined;
  /** Regenerated: what stands here is a marker without data, for requests that are still on their way. */
  readonly replaced?: true;
}

/** A record with its state opened. */
export interface LoadedRecord {
  readonly record: SessionRecord;
  readonly state: SessionState;
}

const FORMAT = 1;

/** One format number and one-letter names: the state of every session is kept in memory by somebody. */
interface StoredState {
  readonly v: typeof FORMAT;
  readonly h: SecretHash;
  readonly e: number;
  readonly p?: readonly [hash: SecretHash, since: number, nonce?: string] | undefined;
  readonly r?: ReadonlyArray<readonly [SecretHash, number]> | undefined;
  readonly s?: ReadonlyArray<readonly [SecretHash, number]> | undefined;
  readonly m?: 1 | undefined;
  readonly k?: readonly string[] | undefined;
  readonly f?: Readonly<Record<string, unknown>> | undefined;
  readonly x?: 1 | undefined;
}

export function encodeState(state: SessionState): string {
  const stored: StoredState = {
    v: FORMAT,
    h: state.hash,
    e: state.endsAt,
    p: state.pending && pendingPair(state.pending),
    r: state.retired?.length ? state.retired.map(pair) : undefined,
    s: state.superseded?.length ? state.superseded.map(pair) : undefined,
    m: state.remember && 1,
    k: state.kept,
    f: state.flash && Object.keys(state.flash).length > 0 ? state.flash : undefined,
    x: state.replaced && 1,
  };
  return JSON.stringify(stored);
}

/** Opens a record. A state that this version did not write is a broken store, never an empty session. */
export function openRecord(record: SessionRecord): LoadedRecord {
  let stored: Partial<StoredState> | null;
  try {
    stored = JSON.parse(record.state) as Partial<StoredState> | null;
  } catch (cause) {
    throw new SessionStoreError("read", "session store returned a state that is not JSON", {
      cause,
    });
  }
  if (stored?.v !== FORMAT || typeof stored.h !== "string" || typeof stored.e !== "number") {
    throw new SessionStoreError("read", "session store returned a state of an unknown format");
  }
  return {
    record,
    state: {
      hash: stored.h,
      endsAt: stored.e,
      ...(stored.p && { pending: { hash: stored.p[0], since: stored.p[1], nonce: stored.p[2] } }),
      ...(stored.r && { retired: stored.r.map(former) }),
      ...(stored.s && { superseded: stored.s.map(former) }),
      ...(stored.m && { remember: true as const }),
      ...(stored.k && { kept: stored.k }),
      ...(stored.f && { flash: stored.f }),
      ...(stored.x && { replaced: true as const }),
    },
  };
}

function pendingPair({ hash, since, nonce }: PendingSecret): StoredState["p"] {
  return nonce === undefined ? [hash, since] : [hash, since, nonce];
}

function pair(secret: FormerSecret): readonly [SecretHash, number] {
  return [secret.hash, secret.until];
}

function former(entry: readonly [SecretHash, number]): FormerSecret {
  return { hash: entry[0], until: entry[1] };
}

/** The application's data. Anything but a JSON object is a broken store. */
export function parseData(text: string): Values {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new SessionStoreError("read", "session store returned data that is not JSON", { cause });
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new SessionStoreError("read", "session store returned data that is not a JSON object");
  }
  return data as Values;
}
