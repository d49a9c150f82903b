import { fingerprint } from "../digest.ts";
import { freeze } from "../object.ts";
import type { DecodedToken } from "../stateless/codec.ts";
import type { Opened } from "./sealer.ts";
import { sessionOf } from "./text.ts";

/** A genuine seal: all of it that does not depend on when it is opened. */
type Genuine = Omit<Extract<Opened, { ok: true }>, "ok">;

interface Entry extends Genuine {
  /** The session in the text, once somebody has asked for it. */
  decoded: DecodedToken | undefined;
}

/** After so long the older half goes, so that no session's data is here for long after its last request. */
const HALF_MS = 30_000;
/** And after so many bytes: both halves together hold 1,300 sessions of 300 bytes. */
const HALF_BYTES = 2 ** 20;
/** What an entry takes beside its text. */
const OVERHEAD = 800;

/**
 * The seals of one codec that were opened or made a moment ago: a page brings a burst of requests with the same cookie. A seal is known again by a
 * digest of the whole of it, so that no credential stays in memory longer than its request. See docs/decisions/026.
 */
export class KnownSeals {
  readonly #open: (seal: string) => Opened;
  #young = new Map<string, Entry>();
  #old: ReadonlyMap<string, Entry> = this.#young;
  #bytes = 0;
  #until = 0;

  /** `open` is asked for each seal that is not known. */
  constructor(open: (seal: string) => Opened) {
    this.#open = open;
  }

  decode(seal: string, now: number): DecodedToken {
    this.#forget(now);
    const key = fingerprint(seal);
    const known = this.#young.get(key) ?? this.#old.get(key);
    if (known) {
      // The clock moves on, which is all that a seal's word depends on: the keys of a codec do not change.
      return now < known.expiresAt ? decoded(known) : expired(known);
    }
    const opened = this.#open(seal);
    if (!opened.ok) return opened;
    const entry = entryOf(opened);
    const result = decoded(entry);
    if (result.ok) this.#keep(key, entry);
    return result;
  }

  /** A seal was made: the client's next request comes with it. What it holds is read out of its text, as if it had been opened. */
  add(seal: string, now: number, genuine: Genuine): void {
    this.#forget(now);
    this.#keep(fingerprint(seal), entryOf(genuine));
  }

  #keep(key: string, entry: Entry): void {
    if (this.#bytes >= HALF_BYTES) this.#turn(this.#young);
    this.#young.set(key, entry);
    this.#bytes += OVERHEAD + 2 * entry.text.length;
  }

  /** By the clock: what nobody has looked at since is past its time altogether. */
  #forget(now: number): void {
    if (now < this.#until) return;
    this.#turn(now < this.#until + HALF_MS ? this.#young : new Map());
    this.#until = now + HALF_MS;
  }

  /** A half goes at once, so that nothing has to be moved at each reading. */
  #turn(old: ReadonlyMap<string, Entry>): void {
    this.#old = old;
    this.#young = new Map();
    this.#bytes = 0;
  }
}

function entryOf({ text, keyId, keyState, expiresAt }: Genuine): Entry {
  return { text, keyId, keyState, expiresAt, decoded: undefined };
}

function decoded(entry: Entry): DecodedToken {
  if (entry.decoded) return entry.decoded;
  const { text, expiresAt, keyId, keyState } = entry;
  const session = sessionOf(text, expiresAt);
  if (!session) return { ok: false, reason: "malformed", keyId };
  const olderKey = keyState === "older" ? keyId : undefined;
  // What `flash` has left is handed out and may be mutated. All else is for reading, and frozen to be sure of it.
  if (session.flash) return { ok: true, session, olderKey };
  if (session.auth) freeze(session.auth);
  entry.decoded = Object.freeze({ ok: true, session: Object.freeze(session), olderKey });
  return entry.decoded;
}

function expired({ keyId }: Entry): DecodedToken {
  return { ok: false, reason: "expired", keyId };
}
