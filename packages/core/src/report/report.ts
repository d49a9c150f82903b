import { chain, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { Sessions } from "../session/manager.ts";
import { type Session, unitOf } from "../session/session.ts";
import type { ResponseChannel } from "../session/unit.ts";

/**
 * What a page may know of its session. Never the token. Times are milliseconds since the epoch by the server's clock, `now` among them, so that a page
 * computes with differences alone; what there is nothing to say of is left out.
 */
export interface SessionReport {
  /** Whether somebody is logged in. */
  readonly signedIn: boolean;
  /** The session's public handle, once it is stored. */
  readonly id?: string | undefined;
  readonly userId?: string | undefined;
  /** Who really is logged in, while they act for `userId`. */
  readonly actorId?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly authenticatedAt?: number | undefined;
  /** To the precision of `touchEvery`. */
  readonly lastSeenAt?: number | undefined;
  /** When it ends unless the client comes again. */
  readonly expiresAt?: number | undefined;
  /** When it ends whatever happens. */
  readonly absoluteExpiresAt?: number | undefined;
  /** Silence allowed, in milliseconds. */
  readonly idleTimeout?: number | undefined;
  /** How much silence there has to be before a request moves `expiresAt`, in milliseconds. */
  readonly touchEvery?: number | undefined;
  /** Until when a step-up holds. */
  readonly elevatedUntil?: number | undefined;
  /** A remember-me token opened the session and nobody has authenticated in it since. */
  readonly resumed: boolean;
  readonly now: number;
}

/** A response to which nothing can be added: a remember-me token stays unused, since the next one could not be told. */
const SILENT: ResponseChannel = { headersLeft: true, ended: true, deliver: () => undefined };

/**
 * What a page may know of the session of a request. It is no activity: at most one read of the store, no touch, no new token, no remember-me token used
 * up. Only a token whose use means theft has its usual consequence.
 *
 * @throws SessionStoreError, with `onStoreError: "anonymous"` too: nobody knows whether somebody is logged in
 */
export function describeSession<Data extends object>(
  sessions: Sessions<Data>,
  request: SessionRequest,
  facts?: RequestFacts,
): MaybePromise<SessionReport> {
  return chain(openSilently(sessions, request, facts), reportOf);
}

/** The session of a request, for reading: nothing of it is to be committed. */
export function openSilently<Data extends object>(
  sessions: Sessions<Data>,
  request: SessionRequest,
  facts: RequestFacts | undefined,
): MaybePromise<Session<Data>> {
  return sessions.open(request, facts, SILENT);
}

/**
 * The same of a session that is open.
 *
 * @throws SessionStoreError
 */
export function reportOf<Data extends object>(session: Session<Data>): SessionReport {
  const { core, degraded, record, loaded, userId, auth } = unitOf(session);
  if (degraded) throw degraded;
  return {
    signedIn: userId !== undefined,
    resumed: session.resumed,
    ...(record && {
      id: record.id,
      userId,
      actorId: session.actorId,
      createdAt: record.createdAt,
      authenticatedAt: session.authenticatedAt,
      lastSeenAt: record.lastSeenAt,
      expiresAt: record.expiresAt,
      absoluteExpiresAt: loaded?.state.endsAt,
      idleTimeout: core.timeouts.idle,
      touchEvery: core.timeouts.touchEvery,
      elevatedUntil: auth?.elevated?.until,
    }),
    now: core.clock(),
  };
}
