import { isPromise, type Session, type Sessions } from "@coatcheck/core";
import type { AccessDetails, AccessTokens } from "../access/issuer.ts";
import { fail, knownOptions, mustBeText } from "../config.ts";
import { cookieCarrier } from "./carrier.ts";

export interface RefreshTokensOptions<Data extends object> {
  /** A manager of server-side sessions, for these alone: its tokens are the refresh tokens. `cookie()` has to be its first transport, as by default. */
  readonly sessions: Sessions<Data>;
  readonly access: AccessTokens;
  /** The manager's `cookie.name`, though no cookie is sent. Default `"__Host-id"`, as there. */
  readonly cookieName?: string;
  /**
   * What each access token says of its session beside user and times. Asked at every sign-in and refresh, so a right that was taken away is gone
   * with the next token. Default: nothing.
   */
  readonly describe?: (session: Session<Data>) => AccessDetails | Promise<AccessDetails>;
}

/** What a client gets, named as in OAuth's token response (RFC 6749 section 5.1) but for the spelling. Answer it with `Cache-Control: no-store`. */
export interface TokenPair {
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  /** Seconds. */
  readonly expiresIn: number;
  /**
   * Takes the place of the one before. Missing where the client has got a newer one by another request already: that
   * one stays.
   */
  readonly refreshToken?: string;
}

export interface RefreshTokens {
  /** The user has authenticated: a new session and its first tokens. Throws what the manager throws (`SessionStoreError`, `SessionLimitError`). */
  signIn(userId: string): Promise<TokenPair & { readonly refreshToken: string }>;
  /**
   * New tokens for a refresh token, which is replaced: a copy that comes back later ends the session, and `reuse-detected` tells of it.
   * `undefined` if it is none, or over: answer 400 `invalid_grant`, and the user signs in again.
   * Throws a `SessionStoreError` if the store fails, whatever `onStoreError` says: the client keeps its token.
   */
  refresh(refreshToken: string): Promise<TokenPair | undefined>;
  /** Ends the session; whether there was one. Access tokens that are out stay good until they expire. */
  signOut(refreshToken: string): Promise<boolean>;
}

/**
 * Short access tokens, and refresh tokens that rotate with reuse detection (RFC 9700 section 4.14.2). The refresh half is an ordinary
 * session on the server: limits, `revoke`, `revokeUser`, timeouts and events are the manager's.
 *
 * @throws SessionConfigError
 */
export function refreshTokens<Data extends object>(
  options: RefreshTokensOptions<Data>,
): RefreshTokens {
  knownOptions(options, "", ["sessions", "access", "cookieName", "describe"]);
  const { sessions, access, cookieName = "__Host-id", describe = () => ({}) } = options;
  if (typeof sessions?.open !== "function") fail("sessions", "must be made by createSessions()");
  if (typeof access?.issue !== "function") fail("access", "must be made by accessTokens()");
  if (typeof describe !== "function") fail("describe", "must be a function of a session");
  mustBeText("cookieName", cookieName, "__Host-id");
  const carrier = cookieCarrier(cookieName);

  const fits = carrier.mustFit(sessions);
  // Each call throws it.
  if (isPromise(fits)) fits.catch(() => {});

  /** The session that a refresh token opens. */
  async function find(refreshToken: unknown): Promise<Session<Data> | undefined> {
    await fits;
    const request = carrier.present(refreshToken);
    if (!request) return;
    const session = await sessions.open(request);
    if (!session.isNew) return session;
    // There is none; or under `onStoreError: "anonymous"` nobody could look, and that is no refusal (the client would throw its token away). To
    // end what is not there does nothing, but throws what the store threw.
    await end(session);
  }

  async function end(session: Session<Data>): Promise<void> {
    session.destroy();
    await sessions.commit(session);
  }

  async function issue(session: Session<Data>, userId: string, details: AccessDetails) {
    const { token, expiresIn } = await access.issue({
      ...details,
      userId,
      sessionId: session.id,
      authenticatedAt: session.authenticatedAt,
      // Nobody is let in with it when the session is over.
      notAfter: session.expiresAt,
    });
    return { accessToken: token, tokenType: "Bearer" as const, expiresIn };
  }

  return {
    async signIn(userId) {
      await fits;
      const session = await sessions.open({ headers: {} });
      session.login(userId);
      // Before anything is written: what fails here leaves no session behind, and at the limit costs nobody theirs.
      const details = await describe(session);
      await issue(session, userId, details);
      const headers = await sessions.commit(session);
      try {
        const refreshToken = carrier.found(headers) as string;
        return { ...(await issue(session, userId, details)), refreshToken };
      } catch (error) {
        // Nobody gets its token. A store that fails now has an event of its own, and the session its timeouts.
        await end(session).catch(() => {});
        throw error;
      }
    },

    async refresh(refreshToken) {
      const session = await find(refreshToken);
      const userId = session?.userId;
      if (!session || userId === undefined) return;
      session.rotate({ strict: true });
      const details = await describe(session);
      const found = carrier.found(await sessions.commit(session));
      if (found === "gone") return;
      // No new token: another request was faster. Had that been a login or a logout, this one would open nothing now.
      if (found === undefined && !(await find(refreshToken))) return;
      const pair = await issue(session, userId, details);
      return found === undefined ? pair : { ...pair, refreshToken: found };
    },

    async signOut(refreshToken) {
      const session = await find(refreshToken);
      if (!session) return false;
      await end(session);
      return true;
    },
  };
}
