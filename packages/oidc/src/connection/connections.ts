import type { Connection, TokenSet } from "./connection.ts";
import type { SignedOut } from "./identity.ts";

/** The connections of all sessions to their provider. */
export interface Connections {
  /**
   * Ties a session, which must be stored by now, to its provider, in place of an earlier tie. `false` if the provider has signed its user out since: then
   * nothing is left of the connection, and the session must be revoked before anybody hears of its token.
   */
  begin(connection: Connection): Promise<boolean>;

  read(sessionId: string): Promise<Connection | undefined>;

  /** Gives the tie up, as at logout; what it was. */
  end(sessionId: string): Promise<Connection | undefined>;

  /** Lets a tie last until then at least (ms since the epoch), as its session does by now. Nothing where there is none. */
  extend(sessionId: string, until: number): Promise<void>;

  /**
   * Ends the sessions of whom a provider has signed out at `at` (ms since the epoch), and those that are about to begin; the ids of those that were alive. `at`
   * `undefined`: nobody vouches for it, and only those that there are end.
   */
  signedOut(who: SignedOut, at: number | undefined): Promise<readonly string[]>;

  /**
   * `renew` with the tokens of now, by one caller at a time over all processes; the others get what it gave. `undefined` if the session has no
   * connection (any more). Never brings a connection back that has ended meanwhile.
   */
  renew(
    sessionId: string,
    isFresh: (tokens: TokenSet) => boolean,
    renew: (tokens: TokenSet) => Promise<TokenSet>,
  ): Promise<TokenSet | undefined>;

  /** `true` for the first that asks for this text before `until` (ms since the epoch), over all processes. */
  once(text: string, until: number): Promise<boolean>;

  /**
   * Does `work` unless it was done under this text before `until`, over all processes; `false` if it was, also where that was done while this call waited. Work
   * that fails counts as not done, and its error is thrown.
   */
  perform(text: string, until: number, work: () => Promise<void>): Promise<boolean>;
}
