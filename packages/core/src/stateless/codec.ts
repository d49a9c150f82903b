import type { Clock } from "../clock.ts";
import type { MaybePromise } from "../promise.ts";
import type { Random } from "../random.ts";
import type { SessionId } from "../token/token.ts";

/** A session as its token carries it: the whole of it. Times are whole milliseconds since the epoch. */
export interface CarriedSession {
  /** Constant through rotate and login, as everywhere. */
  readonly id: SessionId;
  /** Drawn at random when the session begins and at each login: what CSRF tokens are bound to. Absent in a token that is older than it. */
  readonly lineage?: string | undefined;
  /** Counts logins and rotations from 0: a token with a smaller count than another one of the same session is out of date. */
  readonly epoch: number;
  /** When this epoch began. */
  readonly since: number;
  /** Who is logged in; `null` for an anonymous session. */
  readonly userId: string | null;
  readonly createdAt: number;
  readonly authenticatedAt: number | null;
  readonly lastSeenAt: number;
  /** From this moment on the token is worthless: the idle timeout, capped by `endsAt`. */
  readonly expiresAt: number;
  /** Absolute deadline. */
  readonly endsAt: number;
  /** The cookie outlives the browser. */
  readonly remember?: true | undefined;
  /** How the user authenticated, beyond when: plain JSON, kept as it is. */
  readonly auth?: Readonly<Record<string, unknown>> | undefined;
  /** The login is written down in the revocation store: where it is not found there, the session has ended. */
  readonly registered?: true | undefined;
  /** Values for the next request that asks. Plain JSON. */
  readonly flash?: Readonly<Record<string, unknown>> | undefined;
  /** The application's data: the text of a JSON object. */
  readonly data: string;
}

/** Why a token was not opened. Whoever only needs to know that treats all as absent. */
export type CodecRejection =
  /** Not what this codec writes. */
  | "malformed"
  /** Its key is not known: dropped too early, or never ours. */
  | "unknown-key"
  /** Changed, or made for another purpose, cookie or audience. */
  | "tampered"
  /** Genuine, and over. */
  | "expired"
  /** Genuine, and of the future: this machine's clock is behind. */
  | "early";

export type DecodedToken =
  | {
      readonly ok: true;
      readonly session: CarriedSession;
      /** The name of the key, where it is one that is on its way out: the token is then to be made anew under the current one. */
      readonly olderKey?: string | undefined;
    }
  | {
      readonly ok: false;
      readonly reason: CodecRejection;
      /** Only of a key that is known, so that no client chooses what is counted. */
      readonly keyId?: string | undefined;
    };

/** Turns sessions into tokens and back. Nothing but what it wrote itself opens again. */
export interface TokenCodec {
  /** Whether a text has the form of such a token: cheap, and without a key. What has not is never opened. */
  isWellFormed(text: string): boolean;
  /** The token, good until `session.expiresAt`. Throws a `CookieDeliveryError` with the numbers if it would be too long. */
  encode(session: CarriedSession): MaybePromise<string>;
  /** The session, or why not. Never throws for anything that a client can send. */
  decode(token: string): MaybePromise<DecodedToken>;
}

/** What a codec is told by its manager. */
export interface CodecContext {
  /** The cookie in which the tokens travel: one from another cookie must not open. */
  readonly cookieName: string;
  /** Longest token, in characters. */
  readonly maxLength: number;
  readonly clock: Clock;
  readonly random: Random;
}
