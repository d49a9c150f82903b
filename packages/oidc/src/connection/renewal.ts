import type { SessionRecord, SessionStore } from "@coatcheck/core";
import type { Sealer } from "@coatcheck/core/token-storage";
import type { Connection, TokenSet } from "./connection.ts";
import type { Pause } from "./pause.ts";
import { claimed, openConnection, plainOf, sealConnection } from "./stored-connection.ts";

export interface Renewing {
  readonly store: SessionStore;
  readonly sealer: Sealer;
  /** Whose tokens. Default: anybody's. */
  readonly issuer?: string | undefined;
  readonly clock: () => number;
  readonly pause: Pause;
  /** How long a claim counts whose process was killed, in milliseconds. Longer than `renew` may take. */
  readonly lease: number;
}

interface Ask {
  readonly sessionId: SessionRecord["id"];
  readonly isFresh: (tokens: TokenSet) => boolean;
  readonly renew: (tokens: TokenSet) => Promise<TokenSet>;
}

/** How often new tokens are offered to a store that fails, before they are lost. */
const ATTEMPTS = 3;

/**
 * Fresh tokens for a session: those of now, those that another process is fetching, or new ones. A rotated refresh token must not be used twice (RFC 9700 section
 * 2.2.2: the provider ends the whole grant), so whoever wants to use it first claims that by compare-and-swap, and who is late waits.
 */
export async function renewTokens(renewing: Renewing, ask: Ask): Promise<TokenSet | undefined> {
  const { store, sealer, issuer, clock, pause, lease } = renewing;
  for (let round = 0; ; round++) {
    const record = await store.read(ask.sessionId);
    const connection = record && openConnection(sealer, record, issuer);
    if (!connection) return undefined;
    const { tokens } = connection;
    if (ask.isFresh(tokens)) return tokens;
    const now = clock();
    if ((plainOf(record).renewingUntil ?? 0) > now) {
      await pause(round);
      continue;
    }
    const claim = claimed(record, now + lease);
    const outcome = await store.update(claim, record.version);
    if (outcome === "gone") return undefined;
    if (outcome !== "ok") continue;
    let next: TokenSet;
    try {
      next = await ask.renew(tokens);
    } catch (error) {
      if (await isReleased(store, claim)) throw error;
      // Others have written since, who took this one for dead: what the provider said of the tokens of before ends no good session.
      continue;
    }
    if (await settle(renewing, claim, connection, next)) return next;
  }
}

/** Gives a claim up, for the next to try. `false` if it is nobody's any more, or another's, or its connection has ended. */
async function isReleased(store: SessionStore, claim: SessionRecord): Promise<boolean> {
  const own = plainOf(claim).renewingUntil;
  try {
    for (let record: SessionRecord | undefined = claim; record; ) {
      if (plainOf(record).renewingUntil !== own) return false;
      if ((await store.update(claimed(record, undefined), record.version)) === "ok") return true;
      record = await store.read(claim.id);
    }
    return false;
  } catch {
    // It runs out by itself; what the provider said must not be hidden behind that.
    return true;
  }
}

/**
 * Writes new tokens in place of those that they were got for, also if another process holds the claim by now: with the used ones it would get nothing. `false` if
 * there is another tie, or none.
 */
async function settle(
  { store, sealer, pause }: Renewing,
  claim: SessionRecord,
  connection: Connection,
  tokens: TokenSet,
): Promise<boolean> {
  const before = tieOf(connection);
  let next = { ...connection, tokens };
  let failures = 0;
  for (let record: SessionRecord | undefined = claim; record; ) {
    const { createdAt, version } = record;
    try {
      const sealed = sealConnection(sealer, next, { createdAt, version: version + 1 });
      const outcome = await store.update(sealed, version);
      if (outcome === "ok") return true;
      if (outcome === "gone") return false;
      record = await store.read(record.id);
    } catch (error) {
      failures++;
      if (failures === ATTEMPTS) throw error;
      await pause(failures);
      continue;
    }
    const now = record && openConnection(sealer, record);
    if (!now) return false;
    // A write whose reply was lost, which the version shows as somebody's.
    if (tieOf(now) === tieOf(next)) return true;
    if (tieOf(now) !== before) return false;
    next = { ...now, tokens };
  }
  return false;
}

/** Whose it is and what it has, however long it lasts: another login of the application's makes that longer meanwhile. */
function tieOf({ expiresAt: _, ...tie }: Connection): string {
  return JSON.stringify(tie);
}
