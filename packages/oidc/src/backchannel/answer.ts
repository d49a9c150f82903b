import type { Clock, HeaderPair } from "@coatcheck/core";
import type { CompactVerifyGetKey } from "jose";
import type { Connections } from "../connection/connections.ts";
import type { SignedOut } from "../connection/identity.ts";
import type { Answer } from "../http/answer.ts";
import type { AuthRequest } from "../http/request.ts";
import { openSigned } from "../token/signed.ts";
import {
  judgeLogoutToken,
  type LogoutToken,
  type LogoutTokenRejection,
  type LogoutTokenTypes,
} from "./logout-token.ts";

export type LogoutRefusal =
  | LogoutTokenRejection
  /** No form with one `logout_token` in it. */
  | "form"
  /** The provider's keys could not be had. */
  | "provider-down"
  /** The sessions could not be ended: the store failed. */
  | "store";

export interface BackchannelLogout {
  readonly connections: Pick<Connections, "perform" | "signedOut">;
  readonly issuer: string;
  readonly clientId: string;
  /** Of this issuer alone. */
  readonly keys: CompactVerifyGetKey;
  /** `id_token_signed_response_alg` of the registration: logout tokens are signed as ID tokens are. */
  readonly algorithm: string;
  readonly types: LogoutTokenTypes;
  readonly clock: Clock;
  /** Hears why a request was refused; `error` where something failed. */
  readonly onRefused?: (reason: LogoutRefusal, error?: unknown) => void;
  /** Hears whom the provider signed out, and which of our sessions that ended. */
  readonly onSignedOut?: (who: SignedOut, ended: readonly string[]) => void;
}

/**
 * Answers a provider that tells of a logout (OpenID Connect Back-Channel Logout 1.0 sections 2.5 to 2.8): 200 when all that it is about has ended, or had before; 400 for
 * everything else, so that the provider knows. Takes nothing from cookies.
 */
export async function answerLogoutToken(
  logout: BackchannelLogout,
  request: AuthRequest,
): Promise<Answer> {
  if (request.method !== "POST") return answer(405, "", [["allow", "POST"]]);
  const text = await tokenIn(request);
  if (text === undefined) return refuse(logout, "form");
  let token: LogoutToken | LogoutTokenRejection;
  try {
    token = await verify(logout, text);
  } catch (error) {
    return refuse(logout, "provider-down", error);
  }
  return typeof token === "string" ? refuse(logout, token) : endSessions(logout, token);
}

/** Whatever else is in the form is not looked at (section 2.5). */
async function tokenIn(request: AuthRequest): Promise<string | undefined> {
  try {
    const tokens = (await request.form())?.getAll("logout_token") ?? [];
    return tokens.length === 1 ? tokens[0] : undefined;
  } catch {
    return undefined;
  }
}

async function verify(
  { keys, algorithm, issuer, clientId, types, clock }: BackchannelLogout,
  text: string,
): Promise<LogoutToken | LogoutTokenRejection> {
  const signed = await openSigned(text, keys, [algorithm]);
  if (typeof signed === "string") return signed;
  return judgeLogoutToken(signed, { issuer, clientId, types, now: clock() });
}

async function endSessions(logout: BackchannelLogout, token: LogoutToken): Promise<Answer> {
  const { connections, issuer } = logout;
  const { who, tokenId, issuedAt, refusedFrom } = token;
  try {
    // A replay finds nothing left to do, which is what it wants to hear. One of before the first is through waits for it.
    await connections.perform(
      JSON.stringify(["logout", issuer, tokenId]),
      refusedFrom,
      async () => {
        const ended = await connections.signedOut(who, issuedAt);
        logout.onSignedOut?.(who, ended);
      },
    );
    return answer(200, "");
  } catch (error) {
    return refuse(logout, "store", error);
  }
}

function refuse(logout: BackchannelLogout, reason: LogoutRefusal, error?: unknown): Answer {
  logout.onRefused?.(reason, error);
  const isOurs = reason === "store" || reason === "provider-down";
  const body = {
    error: isOurs ? "temporarily_unavailable" : "invalid_request",
    error_description: reason,
  };
  return answer(400, JSON.stringify(body), [["content-type", "application/json"]]);
}

function answer(status: number, body: string, headers: readonly HeaderPair[] = []): Answer {
  return { status, headers: [["cache-control", "no-store"], ...headers], body };
}
