import { fail } from "../config.ts";
import { chain, type MaybePromise } from "../promise.ts";
import { isAuthentication } from "../session/authentication.ts";
import type { Core } from "../session/core.ts";
import { isTouchDue } from "../session/lifetime.ts";
import { reject, reused } from "../session/refuse.ts";
import type { CookieJar, Finding, Strategy } from "../session/strategy.ts";
import { tellEnded } from "../session/tell.ts";
import { listRecords } from "../session/users.ts";
import { isSessionId } from "../token/token.ts";
import { type CarriedRecord, carriedRecord } from "./carried.ts";
import type { CarriedSession, DecodedToken, TokenCodec } from "./codec.ts";
import { saveCarried } from "./commit.ts";
import { readEntry } from "./revocation/entry.ts";
import type { Checked, Ledger } from "./revocation/ledger.ts";
import { isGood } from "./revocation/standing.ts";

/** What all the work of one manager goes by whose sessions live in their tokens. */
export interface Stateless {
  readonly core: Core;
  readonly codec: TokenCodec;
  /** Missing where nothing is remembered. */
  readonly ledger: Ledger | undefined;
}

const UNCHECKED: Checked = { standing: "current", entry: undefined };

export function statelessStrategy(own: Stateless, jar: CookieJar): Strategy<string> {
  const { codec, ledger } = own;
  const judge = judgeWith(own);
  const remembering = (what: string): Ledger =>
    ledger ??
    fail("storage", `must remember what has ended, for ${what}: give it a revocation store`);
  return {
    carried: true,
    revocable: ledger !== undefined,
    jar,
    parse: (text) => (codec.isWellFormed(text) ? text : undefined),
    judge: (_, token) => judge(token),
    isDue({ clock, timeouts }, unit) {
      const loaded = unit.loaded as CarriedRecord | undefined;
      return !!loaded && (loaded.renew || isTouchDue(loaded.record, clock(), timeouts));
    },
    save: (_, unit, deliverable) => saveCarried(own, unit, deliverable),
    async list(core, userId) {
      if (!core.limit) {
        fail(
          "limits.perUser",
          "must be given, for list(userId): only then are logins written down",
        );
      }
      const records = await listRecords(core, userId);
      return records.map((record) => ({ record, device: readEntry(record).device }));
    },
    until: (_, id) => ledger?.until(id) ?? Infinity,
    stands({ clock }, loaded) {
      const { session } = loaded as CarriedRecord;
      if (clock() >= session.expiresAt) return false;
      return chain(ledger?.check(session) ?? UNCHECKED, ({ standing }) => isGood(standing));
    },
    async revoke(core, id) {
      const existed = isSessionId(id) && (await remembering("revoke(id)").revoke(id));
      if (existed) tellEnded(core, [id], "revoked");
      return existed;
    },
    async revokeUser(core, userId, except) {
      const spared = isSessionId(except) ? except : undefined;
      const ids = await remembering("revokeUser(userId)").revokeUser(userId, spared);
      tellEnded(core, ids, "revoked");
      // Nobody has counted what is out there.
      return core.limit ? ids.length : Number.NaN;
    },
  };
}

/** Opens a token, and finds out what it is worth. */
function judgeWith({ core, codec, ledger }: Stateless): (token: string) => MaybePromise<Finding> {
  const arrivals = new Map<string, number>();
  return (token) => chain(codec.decode(token), judged);

  function judged(decoded: DecodedToken): MaybePromise<Finding> {
    if (!decoded.ok) return reject(core, undefined, decoded.reason, decoded.keyId);
    const { session, olderKey } = decoded;
    const { id, lastSeenAt, expiresAt, endsAt, auth } = session;
    if (auth !== undefined && !isAuthentication(auth)) return reject(core, undefined, "malformed");
    const { clock, timeouts } = core;
    // Today's timeout counts too, so that a shorter one is one for tokens that are out there already.
    if (clock() >= Math.min(expiresAt, endsAt, lastSeenAt + timeouts.idle)) {
      return reject(core, id, "expired");
    }
    if (!ledger) return arrived(session, UNCHECKED, olderKey);
    return chain(ledger.check(session), (checked) => arrived(session, checked, olderKey));
  }

  function arrived(
    session: CarriedSession,
    checked: Checked,
    olderKey: string | undefined,
  ): MaybePromise<Finding> {
    if (olderKey) {
      const count = (arrivals.get(olderKey) ?? 0) + 1;
      arrivals.set(olderKey, count);
      core.events.emit("older-key", { id: session.id, keyId: olderKey, count });
    }
    return weigh(session, checked, olderKey !== undefined);
  }

  function weigh(
    session: CarriedSession,
    { standing, entry }: Checked,
    renew: boolean,
  ): MaybePromise<Finding> {
    const { id, userId } = session;
    switch (standing) {
      case "ahead":
        // Whoever comes with the new token has it: from now on the one before it runs out.
        return chain(ledger?.acknowledge(session, entry) ?? UNCHECKED, (checked) => {
          // A store that keeps nothing of it must not make this go round: the next request says it again.
          const noted = checked.standing !== "ahead";
          return weigh(session, noted ? checked : { ...checked, standing: "current" }, renew);
        });
      case "superseded":
        return { ...reject(core, id, standing), match: standing };
      case "outlived":
      case "ended":
        return reject(core, id, "revoked");
      case "reused":
        return reused(core, id, userId, () => ledger?.end(session, entry, "destroyed") ?? false);
      default: {
        // A token of before a rotation is made anew: its client may have nothing newer.
        const loaded = carriedRecord(session, entry, renew || standing === "grace");
        return { loaded, match: standing };
      }
    }
  }
}
