import { CookieDeliveryError, type HeaderPair } from "@coatcheck/core";
import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { redirect } from "../http/page.ts";
import type { AuthRequest } from "../http/request.ts";
import { withoutSession } from "../session/hand.ts";
import { LIFETIME } from "../transaction/transaction.ts";

/** What of the form is kept: an answer's parameters, once each. */
const PARAMETERS = ["code", "state", "iss", "error"];

/**
 * `form_post`: the provider's page posts the answer, so that no code is in a URL. Browsers hold the session's SameSite=Lax cookie back then; with the GET that follows they send
 * it, and the answer goes along in a cookie.
 */
export async function keepResponse<Data extends object>(
  context: Context<Data>,
  asked: AuthRequest,
): Promise<Answer> {
  const { settings, logins } = context;
  const { request, form } = asked;
  withoutSession(settings.sessions, asked);
  if (settings.responseMode !== "form_post") throw new OidcError("method");
  const params = await form();
  const [state, ...others] = params?.getAll("state") ?? [];
  if (!params || !state || others.length > 0) throw new OidcError("response-invalid", "state");
  // Nothing is kept for a browser that has begun no such login.
  const begun = logins.get(request, state);
  if (!begun.ok) throw new OidcError(`transaction-${begun.reason}`);
  const { location, cookie } = keep(context, params, state);
  return redirect(location, [cookie]);
}

/** The provider's answer in a cookie, and where the browser shall go with it. */
export function keep<Data extends object>(
  { settings, responses }: Context<Data>,
  params: URLSearchParams,
  state: string,
): { readonly location: string; readonly cookie: HeaderPair } {
  const answer = new URLSearchParams();
  for (const [name, value] of params) if (PARAMETERS.includes(name)) answer.append(name, value);
  return {
    location: `${settings.path}/callback?${new URLSearchParams({ state })}`,
    cookie: kept(() => responses.set(state, answer.toString(), settings.clock() + LIFETIME)),
  };
}

function kept(set: () => HeaderPair): HeaderPair {
  try {
    return set();
  } catch (error) {
    // Longer than a cookie: no provider's code is, and whoever posts it is told so.
    if (error instanceof CookieDeliveryError) throw new OidcError("response-invalid", "size");
    throw error;
  }
}
