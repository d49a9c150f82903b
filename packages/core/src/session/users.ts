import { fail } from "../config.ts";
import { SessionStoreError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { chain, type MaybePromise } from "../promise.ts";
import type { StoreCaller } from "../store/caller.ts";
import type { SessionRecord } from "../store/contract.ts";
import {
  isSessionId,
  joinToken,
  mintIdentity,
  type SessionId,
  type SessionToken,
} from "../token/token.ts";
import { composeStart } from "./compose.ts";
import { heedLimit } from "./limit.ts";
import type { Settings } from "./options.ts";
import { assertUserId } from "./user-id.ts";

/** A session as a user's list of devices shows it. Times in milliseconds since the epoch. */
export interface SessionInfo {
  /** Good for `revoke(id)`, and to compare with `session.id`. */
  readonly id: SessionId;
  readonly userId: string;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** Sessions seen from outside of a request: whose they are, and how they end. */
export class UserSessions {
  readonly #settings: Settings;
  readonly #store: StoreCaller;
  readonly #events: EventHub;

  constructor(settings: Settings, store: StoreCaller, events: EventHub) {
    this.#settings = settings;
    this.#store = store;
    this.#events = events;
  }

  list(userId: string): MaybePromise<SessionInfo[]> {
    this.#requireUsers("list(userId)");
    return chain(this.#store.listByUser(userId), (records) => records.map(infoOf));
  }

  revoke(id: string): MaybePromise<boolean> {
    if (!isSessionId(id)) return false;
    return chain(this.#store.destroy(id), (existed) => {
      if (existed) this.#revoked(id);
      return existed;
    });
  }

  revokeUser(userId: string, except: SessionId | undefined): MaybePromise<number> {
    this.#requireUsers("revokeUser(userId)");
    return chain(this.#store.destroyByUser(userId, except), (ids) => {
      for (const id of ids) this.#revoked(id);
      return ids.length;
    });
  }

  /** A logged-in session without a request, and its token. */
  issue(userId: string): MaybePromise<SessionToken> {
    assertUserId(userId, "issue(userId)");
    const { clock, random, limit } = this.#settings;
    const identity = mintIdentity(random);
    const login = { userId, remember: false, keep: undefined };
    const facts = { prospect: { identity }, intent: { login }, now: clock() };
    const { next } = composeStart(facts, "{}", this.#settings);
    return chain(this.#store.create(next.record, limit), (outcome) => {
      if (outcome === "exists")
        throw new SessionStoreError("create", "session store knows a fresh id already");
      heedLimit(outcome, limit, this.#events);
      this.#events.emit("created", { id: identity.id, userId });
      return joinToken(identity.id, identity.secret);
    });
  }

  #revoked(id: SessionId): void {
    this.#events.emit("ended", { id, reason: "revoked" });
  }

  #requireUsers(what: string): void {
    if (!this.#store.hasUsers)
      fail("storage", `must be a store that can list by user, for ${what}`);
  }
}

function infoOf(record: SessionRecord): SessionInfo {
  const { id, userId, createdAt, authenticatedAt, lastSeenAt, expiresAt } = record;
  return {
    id,
    userId: userId ?? "",
    createdAt,
    authenticatedAt: authenticatedAt ?? createdAt,
    lastSeenAt,
    expiresAt,
  };
}
