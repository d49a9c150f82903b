import { channel } from "node:diagnostics_channel";
import type { SessionStoreError } from "./errors.ts";
import type { SessionId } from "./token/token.ts";

/** Why a presented token was not accepted. */
export type TokenRejection =
  | "malformed"
  | "unknown"
  | "superseded"
  | "ambiguous"
  /** Of a session that lives in its token: changed, or made for another purpose or cookie. */
  | "tampered"
  /** Under a key that this manager does not have: dropped too early, or never its own. */
  | "unknown-key"
  /** Genuine, and over. */
  | "expired"
  /** Genuine, and of the future: the clock of this machine is behind that of the one that made it. */
  | "early"
  /** Genuine, and its session has ended: logged out, revoked, or one too many. */
  | "revoked";
/** What a configuration gives up: `"no-revocation"`: sessions that live in their token cannot be ended before their time. */
export type WarningCode = "no-revocation" | "token-in-url";
/** Why a hand-off code was not exchanged. */
export type HandOffRefusal =
  /** Used, expired, or never made. */
  | "unknown"
  /** Made for another host. */
  | "elsewhere"
  /** Its session has ended since, or somebody logged in in it. */
  | "ended"
  /** The client is logged in already, perhaps as the same user: it stays who it is. */
  | "occupied"
  /** Another site led here, and a SameSite=Strict cookie does not show whether the client is logged in. */
  | "cross-site"
  /** The user has as many sessions as `limits.perUser` allows. */
  | "limit";
/** Why a session ended. */
export type EndReason = "destroyed" | "regenerated" | "revoked" | "evicted" | "reused";

/** Every event, with what comes along. Ids only: no event ever holds a token or its secret. */
export interface SessionEvents {
  /** A record was created. */
  created: { readonly id: SessionId; readonly userId: string | undefined };
  /** A user authenticated; the token of before is worthless. */
  login: { readonly id: SessionId; readonly userId: string };
  /** A hand-off code was exchanged: the session `id` was started for the client of the session `from`. */
  "handed-off": {
    readonly id: SessionId;
    readonly from: SessionId;
    readonly userId: string | undefined;
  };
  /** A hand-off code was not exchanged, and the client sent on without it. */
  "hand-off-refused": { readonly reason: HandOffRefusal };
  /** A new secret was issued and awaits its first use. */
  rotated: { readonly id: SessionId };
  /** The user stepped up: more was shown than at the login. Milliseconds since the epoch. */
  elevated: { readonly id: SessionId; readonly until: number };
  /** `actorId`, who is logged in, acts for `userId` from now on, in a session of its own. */
  acting: { readonly id: SessionId; readonly actorId: string; readonly userId: string };
  /** A login is remembered: its client has a remember-me token. */
  remembered: { readonly id: SessionId; readonly userId: string };
  /** A remember-me token opened the session again, in which nobody has authenticated. */
  resumed: { readonly id: SessionId; readonly userId: string };
  /** A session ended. */
  ended: { readonly id: SessionId; readonly reason: EndReason };
  /** A presented token was treated as absent. `id` is missing where the token had none. */
  "token-rejected": {
    readonly id: SessionId | undefined;
    readonly reason: TokenRejection;
    /** The key of a session that lives in its token, where it is one of the ring. */
    readonly keyId?: string;
  };
  /**
   * A session that lives in its token arrived under an older key of the ring, and is made anew under the current one. An older
   * key can go when this has not come for as long as sessions live.
   */
  "older-key": {
    readonly id: SessionId;
    readonly keyId: string /** How often since the start. */;
    readonly count: number;
  };
  /** The configuration gives something up on purpose. Emitted once, right after construction. */
  warning: { readonly code: WarningCode; readonly message: string };
  /** A token that had been replaced was used after its grace: taken for theft, the session was destroyed. */
  "reuse-detected": { readonly id: SessionId; readonly userId: string | undefined };
  /**
   * A commit wrote nothing of a request's changes: the session had ended (`"gone"`), or its request came with
   * a token that a login had replaced (`"superseded"`).
   */
  "commit-lost": { readonly id: SessionId; readonly reason: "gone" | "superseded" };
  /** A commit met a newer version, or others that were about to write one, and was replayed; `attempt` counts from 1. */
  conflict: { readonly id: SessionId; readonly attempt: number };
  /** The store failed or hung. */
  "store-error": { readonly operation: string; readonly error: SessionStoreError };
  /** `onStoreError: "anonymous"` served a request as nobody. */
  "served-anonymously": { readonly error: SessionStoreError };
  /** A cross-origin request was refused. */
  "cross-origin-refused": { readonly method: string; readonly origin: string | undefined };
  /** Stored data did not satisfy the schema; what `onInvalid` made of it. */
  "data-invalid": {
    readonly id: SessionId;
    readonly outcome: "discarded" | "failed" | "migrated";
  };
}

export type SessionEventName = keyof SessionEvents;
export type SessionListener<Name extends SessionEventName> = (event: SessionEvents[Name]) => void;

/** A manager's `events`: subscribe and unsubscribe. The same events go to `node:diagnostics_channel` as `coatcheck:<name>`. */
export interface EventSource<Events extends object = SessionEvents> {
  /** Calls `listener` at each such event; the function returned ends that. */
  on<Name extends keyof Events & string>(
    name: Name,
    listener: (event: Events[Name]) => void,
  ): () => void;
}

/** The emitting side, which only the core holds. */
export class EventHub<Events extends object = SessionEvents> implements EventSource<Events> {
  /** One a call of `on`, so that two subscriptions of one listener end one by one. */
  readonly #subscriptions = new Set<(name: string, event: unknown) => void>();
  readonly #prefix: string;

  /** `prefix` of the channels: two kinds of source may have events of one name. */
  constructor(prefix = "coatcheck") {
    this.#prefix = prefix;
  }

  on<Name extends keyof Events & string>(
    name: Name,
    listener: (event: Events[Name]) => void,
  ): () => void {
    const subscription = (emitted: string, event: unknown) => {
      if (emitted === name) listener(event as Events[Name]);
    };
    this.#subscriptions.add(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
    };
  }

  emit<Name extends keyof Events & string>(name: Name, event: Events[Name]): void {
    channel(`${this.#prefix}:${name}`).publish(event);
    for (const subscription of this.#subscriptions) {
      try {
        subscription(name, event);
      } catch (error) {
        // A listener's bug must neither undo a commit nor stay hidden: it surfaces outside the request.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
