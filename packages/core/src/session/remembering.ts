import type { MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { SessionRecord, SessionStore } from "../store/contract.ts";
import type { SessionId, SessionToken } from "../token/token.ts";
import type { Transport } from "../transport/transport.ts";
import type { HeaderPair } from "./delivery.ts";
import type { Finding } from "./strategy.ts";
import type { Presented, SessionUnit } from "./unit.ts";

/** Remember-me tokens for `createSessions`. Made by `rememberMe()` of `@coatcheck/core/remember`. */
export interface RememberMe {
  /** For the core: how they work with this manager. */
  readonly attach: (core: never, storage: SessionStore) => unknown;
}

/** A session that a remember-me token has opened. */
export interface Resumption extends Finding {
  readonly presented: Presented;
  readonly transport: Transport;
  /** What the response has to bring: the session's token, and the cookie with the next remember-me token. */
  readonly resumed: { readonly token: SessionToken; readonly headers: readonly HeaderPair[] };
}

/** The client has a newer token, or is about to get it: what this request begins must not overwrite that. */
export const STRAY = { match: "superseded" } as const satisfies Finding;

export type Stray = typeof STRAY;

/** What remembers who was logged in once the session is over. */
export interface Remembering {
  /** How long a token may bring its session back, in milliseconds. */
  readonly lifetime: number;
  /** The session of a request that has none, by its remember-me token. */
  resume(
    request: SessionRequest,
    facts: RequestFacts | undefined,
  ): MaybePromise<Resumption | Stray | undefined>;
  /** After a login, a logout or a regenerate was written: whether its client is remembered from now on. */
  settle(unit: SessionUnit, remembers: boolean): MaybePromise<void>;
  /** Nothing was written of a session that was brought back: what is to be told of it goes only where it still holds. */
  confirm(unit: SessionUnit): MaybePromise<void>;
  /** The session goes, and its user is not to come back by it. */
  forget(id: SessionId): MaybePromise<unknown>;
  /** Where a user is remembered. */
  list(userId: string): MaybePromise<readonly SessionRecord[]>;
}
