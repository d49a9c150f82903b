import type { CookiePolicy } from "../cookie/policy.ts";
import type { MaybePromise } from "../promise.ts";
import type { SessionRequest } from "../request/request.ts";
import type { SessionStore } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Core } from "./core.ts";
import type { CookieChange } from "./delivery.ts";
import type { LoadedRecord } from "./record.ts";
import type { Found, SessionUnit } from "./unit.ts";
import type { Listed } from "./users.ts";

/** What a presented token turned out to be: with `loaded` a good one, without anything none. */
export interface Finding extends Pick<Found, "loaded" | "presented" | "match" | "readAt"> {
  /** Of one that was rotated away and is past its grace: whose it was, and what ends that session. */
  readonly reuse?:
    | { readonly id: SessionId; readonly condemn: () => MaybePromise<unknown> }
    | undefined;
}

/** How a manager keeps its sessions: behind a token, in a store, or in the token itself. */
export interface Strategy<Token = never> {
  /** The session travels in its token, so that nothing can be written once the headers have left. */
  readonly carried: boolean;
  /** A session can be ended without its token. */
  readonly revocable: boolean;
  /** `undefined` for what no such token can look like: it is never judged. */
  parse(text: string): unknown;
  judge(core: Core, token: Token): MaybePromise<Finding>;
  /** Whether a session with which nothing was done is to be written down all the same. */
  isDue(core: Core, unit: SessionUnit): boolean;
  /** Writes a unit of work down. Gives what the client has to be told. */
  save(core: Core, unit: SessionUnit, deliverable?: boolean): MaybePromise<CookieChange>;
  /** A user's records, and what the client of each was said to be. */
  list(core: Core, userId: string): Promise<readonly Listed[]>;
  revoke(core: Core, id: string): Promise<boolean>;
  revokeUser(core: Core, userId: string, except: string | undefined): Promise<number>;
  /** Until when a session lives if nothing more happens to it; `undefined`: it is over, as far as can be known of one that lives in its token. */
  until(core: Core, id: SessionId): MaybePromise<number | undefined>;
  /** Whether a session that was loaded once is there still, and nobody has logged in in it since. It changes nothing. */
  stands(core: Core, loaded: LoadedRecord): MaybePromise<boolean>;
  /** Where one cookie may not be enough for a token. */
  readonly jar?: CookieJar | undefined;
}

/** How a token lies in cookies. */
export interface CookieJar {
  read(header: string | undefined, name: string): readonly string[];
  /** The Set-Cookie lines for a value, or without one those that remove it. */
  write(
    policy: CookiePolicy,
    request: SessionRequest,
    value: string | undefined,
    maxAge: number | undefined,
  ): string[];
}

/** Sessions that live in their token. Made by `sealed()` of `@coatcheck/core/sealed` and by `jwt()` of `@coatcheck/jwt`. */
export interface TokenStorage {
  /** Where what must be remembered of them is kept, if anywhere. */
  readonly revocation: SessionStore | undefined;
  /** For the core: how they are kept by this manager. */
  readonly attach: (core: never) => unknown;
}
