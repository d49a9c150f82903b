import type { HeaderPair } from "@coatcheck/core";
import type { Connections } from "../connection/connections.ts";
import type { Answer } from "../http/answer.ts";
import type { AuthRequest } from "../http/request.ts";

export interface FrontchannelLogout {
  readonly connections: Pick<Connections, "signedOut">;
  readonly issuer: string;
  /** Hears which of our sessions ended. */
  readonly onSignedOut?: (
    who: { readonly issuer: string; readonly sid: string },
    ended: readonly string[],
  ) => void;
}

/**
 * Answers the frame that a provider's logout page loads (OpenID Connect Front-Channel Logout 1.0 section 2). The session is found by `sid`: browsers do not send
 * its cookie into a frame of another site. Nothing is signed, so `iss` and `sid` must both be there: the latter only the provider and this browser know.
 */
export async function answerFrontchannel(
  { connections, issuer, onSignedOut }: FrontchannelLogout,
  request: AuthRequest,
): Promise<Answer> {
  if (request.method !== "GET") return answer(405, [["allow", "GET"]]);
  const query = new URLSearchParams(request.url.split("?")[1] ?? "");
  const [iss, sid] = [only(query, "iss"), only(query, "sid")];
  if (iss !== issuer || sid === undefined || sid === "") return answer(400);
  try {
    const who = { issuer, sid };
    // No mark: whoever can send a GET could fill the store with them.
    const ended = await connections.signedOut(who, undefined);
    onSignedOut?.(who, ended);
    return answer(200);
  } catch {
    return answer(503);
  }
}

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** Without a word on frames: this one has to be in one. */
function answer(status: number, headers: readonly HeaderPair[] = []): Answer {
  return { status, headers: [["cache-control", "no-store"], ...headers], body: "" };
}
