import { attempt, type HeaderPair, type Session } from "@coatcheck/core";
import { reportOf } from "@coatcheck/core/node";
import type { Connection } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import type { AuthRequest } from "../http/request.ts";
import type { Grant } from "../provider/grants.ts";
import { byHand } from "../session/hand.ts";
import { acrOf, amrOf, authenticatedAtOf, sidOf } from "./claims.ts";

/** Who was found good, and when their login began, in milliseconds since the epoch. */
interface Admission extends Grant {
  readonly startedAt: number;
}

/** The provider has signed the user out while they were signing in. What the browser holds has to go. */
export class SignedOutMeanwhile extends OidcError {
  readonly headers: readonly HeaderPair[];

  constructor(headers: readonly HeaderPair[]) {
    super("signed-out");
    this.headers = headers;
  }
}

/**
 * Logs in who was found good, and ties the session to the provider. In this order: once the tie is there a logout at the provider finds it, and before
 * `begin` has said that there was none meanwhile, nobody knows the session's token. A crash in between leaves a session that nobody can use.
 */
export async function admit<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
  { claims, tokens, startedAt }: Admission,
): Promise<readonly HeaderPair[]> {
  const { settings, connections, events } = context;
  const { sessions, issuer, keep, onLogin } = settings;
  const subject = claims.sub;
  const who = { issuer, subject, claims };
  const userId = await settings.userId(who);
  if (userId === undefined) throw new OidcError("user-refused");
  return byHand(sessions, request, async ({ session, commit }) => {
    const [amr, acr] = [amrOf(claims), acrOf(claims)];
    session.login(userId, {
      ...(amr && { amr }),
      ...(acr !== undefined && { acr }),
      ...(keep && { keep }),
      authenticatedAt: authenticatedAtOf(claims),
    });
    await onLogin(session, { ...who, tokens });
    const headers = await commit();
    const isTied = await attempt(
      () => connections.begin(connectionOf(context, session, { claims, tokens, startedAt })),
      async (error) => {
        // Nobody has its token; it need not wait for its end.
        session.destroy();
        await attempt<unknown>(commit, () => undefined);
        throw error;
      },
    );
    if (!isTied) {
      session.destroy();
      throw new SignedOutMeanwhile(await commit());
    }
    events.emit("login", { sessionId: session.id, userId, issuer, subject });
    return headers;
  });
}

function connectionOf<Data extends object>(
  { settings: { issuer, clock, sessions } }: Context<Data>,
  session: Session<Data>,
  { claims, tokens, startedAt }: Admission,
): Connection {
  return {
    sessionId: session.id,
    identity: { issuer, subject: claims.sub, sid: sidOf(claims) },
    issuedAt: claims.iat * 1000,
    startedAt,
    // Never before the session's own end; and as long as a remember-me token may bring it back.
    expiresAt: Math.max(reportOf(session).absoluteExpiresAt ?? 0, clock() + sessions.longest),
    tokens,
  };
}
