import { attempt, type HeaderPair } from "@coatcheck/core";
import { buildEndSessionUrl } from "openid-client";
import type { Connection } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import type { Answer } from "../http/answer.ts";
import { redirect } from "../http/page.ts";
import { urlOf } from "../http/paths.ts";
import type { AuthRequest } from "../http/request.ts";
import { failureOf } from "../provider/failure.ts";
import { byHand } from "../session/hand.ts";
import { LIFETIME, MOST } from "../transaction/transaction.ts";

/**
 * Signs out: here first, so that a user who never comes back from the provider is out all the same, and then there. Another origin's form
 * does not get that far.
 */
export async function startLogout<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
): Promise<Answer> {
  const { settings, connections, events } = context;
  return byHand(settings.sessions, request, async ({ session, commit }) => {
    const { id: sessionId, userId } = session;
    // A store that does not say at which provider somebody is signed in must not keep them from signing out here.
    const connection =
      userId === undefined
        ? undefined
        : await attempt<Connection | undefined>(
            () => connections.read(sessionId),
            () => undefined,
          );
    session.destroy();
    const headers = await commit();
    const url = connection && (await endSessionUrl(context, request, connection));
    if (userId !== undefined) events.emit("logout", { sessionId, atProvider: url !== undefined });
    if (!url) return redirect(settings.afterLogout, headers);
    return redirect(url.location, [...headers, ...url.cookies]);
  });
}

interface EndSession {
  readonly location: string;
  /** By which this browser's return is known. */
  readonly cookies: readonly HeaderPair[];
}

/** Where the provider signs users out; `undefined` if it does not, or cannot be reached: the user is out here. */
async function endSessionUrl<Data extends object>(
  { settings, provider, logouts, events }: Context<Data>,
  { request }: AuthRequest,
  { tokens }: Connection,
): Promise<EndSession | undefined> {
  const { random, clock } = settings;
  try {
    return await provider.with((config, metadata) => {
      if (metadata.end_session_endpoint === undefined) return undefined;
      const state = Buffer.from(random(32)).toString("base64url");
      const url = buildEndSessionUrl(config, {
        // By it the provider knows that it was us, and need not ask (OpenID Connect RP-Initiated Logout section 2). It opens nothing.
        id_token_hint: tokens.idToken,
        post_logout_redirect_uri: urlOf(settings, "logged-out"),
        state,
      });
      const now = clock();
      // Of providers that send nobody back the cookies stay: they must not pile up until requests are too long.
      const room = logouts.makeRoom(request, MOST, Number);
      const cookie = logouts.set(state, String(now), now + LIFETIME);
      return { location: url.href, cookies: [...room, cookie] };
    });
  } catch (error) {
    events.emit("provider-failed", { operation: "logout", detail: failureOf(error).detail });
    return undefined;
  }
}
