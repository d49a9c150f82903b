import type { Session } from "@coatcheck/core";
import { decodeJwt } from "jose";
import type { TokenSet } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import { failureOf, isGrantOver } from "../provider/failure.ts";
import { refresh } from "../provider/grants.ts";

/** A token that ends within this many milliseconds may be over when it gets to where it is sent. */
const MARGIN = 30_000;

/** Marks the one failure after which there is nothing to renew any more. */
class GrantOver extends Error {}

/**
 * A good access token for a session's user. One caller renews it, over all processes; that is no activity of the user's, and moves no timeout (NIST SP
 * 800-63C-4 section 4.7).
 *
 * @throws OidcError `"signed-out"`, `"no-token"` or `"provider-down"`
 * @throws SessionStoreError
 */
export async function accessTokenOf<Data extends object>(
  context: Context<Data>,
  session: Session<Data>,
): Promise<string> {
  const { settings, provider, connections, events } = context;
  const { clock, onGrantEnd, sessions } = settings;
  if (session.userId === undefined) throw new OidcError("signed-out");
  // Its own user's token, with another user's page: what the one may see would show as the other's.
  if (session.actorId !== undefined) throw new OidcError("no-token", "acting");
  const { id: sessionId } = session;
  const isGood = (margin: number) => (tokens: TokenSet) =>
    tokens.accessToken !== undefined &&
    (tokens.accessTokenExpiresAt ?? Infinity) - margin > clock();
  try {
    const tokens = await connections.renew(sessionId, isGood(MARGIN), async (before) => {
      const { refreshToken, idToken } = before;
      if (refreshToken === undefined) throw new OidcError("no-token");
      const next = await renewed(() =>
        refresh(provider, { ...before, refreshToken }, String(decodeJwt(idToken).sub), clock),
      );
      events.emit("tokens-renewed", { sessionId });
      return next;
    });
    if (tokens?.accessToken === undefined) throw new OidcError(tokens ? "no-token" : "signed-out");
    return tokens.accessToken;
  } catch (error) {
    if (error instanceof GrantOver) {
      events.emit("grant-ended", { sessionId });
      if (onGrantEnd === "keep-session") throw new OidcError("no-token");
      await sessions.revoke(sessionId);
      await connections.end(sessionId);
      throw new OidcError("signed-out");
    }
    // It is short of its end, and nobody can renew it now: better than none.
    if (!(error instanceof OidcError)) throw error;
    const tokens = (await connections.read(sessionId))?.tokens;
    if (tokens?.accessToken !== undefined && isGood(0)(tokens)) return tokens.accessToken;
    throw error;
  }
}

async function renewed(work: () => Promise<TokenSet>): Promise<TokenSet> {
  try {
    return await work();
  } catch (error) {
    throw isGrantOver(error) ? new GrantOver() : failureOf(error);
  }
}
