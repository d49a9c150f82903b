import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import type { AuthRequest } from "../http/request.ts";
import { withoutSession } from "../session/hand.ts";
import { startLogin } from "./start.ts";

/** What another site, or the provider, posts to begin a login: `initiate_login_uri` takes both methods (OpenID Connect Registration section 2). */
export async function startPosted<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
): Promise<Answer> {
  withoutSession(context.settings.sessions, request);
  const params = await request.form();
  // Whoever posts must say at which provider (OpenID Connect Core section 4).
  if (!params?.has("iss")) throw new OidcError("response-invalid", "iss");
  return startLogin(context, request, params);
}
