import {
  type Clock,
  type Duration,
  type FullStore,
  milliseconds,
  type Random,
  type SessionId,
  type SessionStore,
} from "@coatcheck/core";
import { type KeyOptions, type KeyRing, keyRing } from "@coatcheck/core/sealed";
import { fail, guardStore, type StoreErrorHub, sealer } from "@coatcheck/core/token-storage";
import type { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { derivedId } from "./derived-id.ts";
import { extendTie } from "./extension.ts";
import { isMarked } from "./logout-mark.ts";
import { backOff, type Pause } from "./pause.ts";
import { put } from "./put.ts";
import { recordOf } from "./record.ts";
import { renewTokens } from "./renewal.ts";
import { shared } from "./shared.ts";
import { removeSidEntry, writeSidEntry } from "./sid-entry.ts";
import { signOut } from "./sign-out.ts";
import { isOf, openConnection, plainOf, sealConnection } from "./stored-connection.ts";
import { performOnce } from "./work.ts";

export interface ConnectionsOptions {
  /** Lists by user, and is their own: in the sessions' own table the records would count at `limits`. */
  readonly store: SessionStore | undefined;
  readonly keys: string | KeyOptions | KeyRing | undefined;
  /** Whose connections these are; those of other issuers in the same store are left alone. Default: all. */
  readonly issuer?: string | undefined;
  /** Ends a session, as `sessions.revoke`; `false` if there was none. */
  readonly revoke: (sessionId: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears of a store that fails. */
  readonly events?: StoreErrorHub;
  /** Of one call on the store. Default `"2s"`. */
  readonly storeTimeout?: Duration;
  /** How long a renewal or a logout of a process that was killed keeps others waiting: longer than one takes. Default `"20s"`. */
  readonly lease?: Duration;
  readonly pause?: Pause;
}

/** Longest seal: several tokens with many claims each. */
const MAX_LENGTH = 256 * 1024;

/** Throws a `SessionConfigError` for a store that cannot list by user, and for keys that are none. */
export function createConnections(options: ConnectionsOptions): Connections {
  const { keys, issuer, revoke, clock, random, pause = backOff, events = { emit() {} } } = options;
  const { storeTimeout = "2s", lease: leaseTime = "20s" } = options;
  if (!options.store?.listByUser || !options.store.destroyByUser) {
    fail("store", "must be a session store that can list by user");
  }
  const limit = milliseconds(storeTimeout, "storeTimeout");
  const store = guardStore(options.store, limit, events) as FullStore;
  const lease = milliseconds(leaseTime, "lease");
  const seals = sealer(isRing(keys) ? keys : keyRing(keys), {
    purpose: "oidc connection",
    cookieName: "",
    maxLength: MAX_LENGTH,
    clock,
    random,
  });
  const renewals = shared<Awaited<ReturnType<Connections["renew"]>>>();
  const works = shared<boolean>();

  const remove = async (id: SessionId): Promise<Connection | undefined> => {
    const record = await store.read(id);
    if (!record) return undefined;
    const connection = openConnection(seals, record);
    if (connection && !isOf(connection, issuer)) return undefined;
    // Of two that end it one gets it. It goes first: who makes it longer at the same time finds it gone then, and leaves no entry.
    const existed = await store.destroy(id);
    await removeSidEntry(store, id, plainOf(record).sid);
    return existed ? connection : undefined;
  };

  return {
    async begin(connection) {
      const id = connection.sessionId as SessionId;
      const now = clock();
      // Found by `sid` before it is there, so that no crash leaves one that cannot be found.
      await writeSidEntry(store, connection, now);
      let sid: string | undefined;
      const before = await put(store, id, (earlier) => {
        const version = earlier ? earlier.version + 1 : 1;
        const record = sealConnection(seals, connection, { createdAt: now, version });
        sid = plainOf(record).sid;
        return record;
      });
      const earlier = before && plainOf(before).sid;
      if (earlier !== sid) await removeSidEntry(store, id, earlier);
      // After it can be found: a logout either finds it, or has left its mark before.
      if (!(await isMarked(store, connection))) return true;
      await remove(id);
      return false;
    },

    async read(sessionId) {
      const record = await store.read(sessionId as SessionId);
      return record && openConnection(seals, record, issuer);
    },

    end: (sessionId) => remove(sessionId as SessionId),

    extend: (sessionId, until) =>
      extendTie({ store, sealer: seals, issuer, clock }, sessionId as SessionId, until),

    signedOut: (who, at) => signOut({ store, clock, revoke }, who, at),

    renew(sessionId, isFresh, renew) {
      const renewing = { store, sealer: seals, issuer, clock, pause, lease };
      const ask = { sessionId: sessionId as SessionId, isFresh, renew };
      return renewals(sessionId, () => renewTokens(renewing, ask));
    },

    async once(text, until) {
      const id = derivedId("once", text);
      const fields = { id, userId: null, createdAt: clock(), expiresAt: until };
      // In a full memory store these go first: who begins logins and ends none must not put out who is signed in. A code is good once at the provider, too.
      return (await store.create({ ...recordOf(fields, {}), authenticatedAt: null })) === "ok";
    },

    perform(text, until, work) {
      return works(text, () => performOnce({ store, clock, pause, lease }, text, until, work));
    },
  };
}

function isRing(keys: unknown): keys is KeyRing {
  return typeof (keys as Partial<KeyRing> | undefined)?.decoy === "function";
}
