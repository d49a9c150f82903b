import { isAhead } from "@coatcheck/core/node";
import {
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  calculatePKCECodeChallenge,
} from "openid-client";
import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { isCrossSite } from "../http/cross-site.ts";
import { invitation, redirect, refusal } from "../http/page.ts";
import { urlOf } from "../http/paths.ts";
import type { AuthRequest } from "../http/request.ts";
import type { Settings } from "../options/settings.ts";
import { failureOf } from "../provider/failure.ts";
import { LIFETIME, MOST, type Transaction, transactionIn } from "../transaction/transaction.ts";
import { returnToOf } from "./return-to.ts";

/** Begins a login: remembers it in this browser, and sends it to the provider. */
export async function startLogin<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
  params: URLSearchParams,
): Promise<Answer> {
  const { settings, logins } = context;
  const { clock, thirdPartyInitiated } = settings;
  // Followed to its end by a browser that asks ahead, it would sign in somebody who has not asked for it (OWASP ASVS 7.6.2).
  if (isAhead(request.request)) return refusal(503, "prefetch");
  if (isCrossSite(request) && !thirdPartyInitiated) return refuse(context, params);
  if (params.get("silent") === "1" && !settings.silent) throw new OidcError("off", "silent");
  // OpenID Connect Core section 4: whoever else begins a login says at which provider.
  const issuer = params.get("iss");
  if (issuer !== null && issuer !== settings.issuer) throw new OidcError("response-invalid", "iss");
  const transaction = beginning(settings, params);
  const location = await authorizationUrl(context, transaction, params);
  const room = logins.makeRoom(
    request.request,
    MOST,
    (text) => transactionIn(text)?.createdAt ?? 0,
  );
  const text = JSON.stringify(transaction);
  const cookie = logins.set(transaction.state, text, clock() + LIFETIME);
  return redirect(location, [...room, cookie]);
}

async function authorizationUrl<Data extends object>(
  { settings, provider }: Context<Data>,
  transaction: Transaction,
  params: URLSearchParams,
): Promise<string> {
  const fields = await parametersOf(settings, transaction, params);
  try {
    const url = await provider.with((config, metadata) => {
      const isDemanded = metadata.require_pushed_authorization_requests === true;
      return isDemanded || settings.par === "always"
        ? buildAuthorizationUrlWithPAR(config, fields)
        : buildAuthorizationUrl(config, fields);
    });
    return url.href;
  } catch (error) {
    throw failureOf(error);
  }
}

/** The user has to have asked for a session (OWASP ASVS 7.6.2). A link on our own page is how they do. */
function refuse<Data extends object>(
  { settings, events }: Context<Data>,
  params: URLSearchParams,
): Answer {
  events.emit("login-refused", { code: "cross-site", detail: undefined });
  const returnTo = returnToOf(params.get("returnTo"), settings.afterLogin);
  return invitation(403, loginUrlOf(settings, returnTo, params.get("reason")));
}

/** Where a login begins, as a path of this application. */
export function loginUrlOf(
  { path }: Pick<Settings<object>, "path">,
  returnTo?: string | undefined,
  reason?: string | null,
): string {
  const query = new URLSearchParams();
  if (returnTo !== undefined) query.set("returnTo", returnTo);
  if (reason) query.set("reason", reason);
  return query.size === 0 ? `${path}/login` : `${path}/login?${query}`;
}

function beginning<Data extends object>(
  { random, clock, afterLogin, baseUrl, maxAuthAge }: Settings<Data>,
  params: URLSearchParams,
): Transaction {
  const secret = () => Buffer.from(random(32)).toString("base64url");
  const target = params.get("target_link_uri");
  const asked = params.get("returnTo") ?? (target && pathBelow(baseUrl, target));
  return {
    state: secret(),
    nonce: secret(),
    verifier: secret(),
    returnTo: returnToOf(asked, afterLogin),
    createdAt: clock(),
    // A guard sends here who is logged in for too long: the provider's own session must not answer in their place.
    maxAge: params.get("reason") === "stale-login" ? 0 : maxAuthAge,
    ...(params.get("silent") === "1" && { silent: true as const }),
  };
}

function pathBelow(baseUrl: string, target: string): string | undefined {
  const url = URL.parse(target);
  return url?.origin === baseUrl ? url.pathname + url.search + url.hash : undefined;
}

async function parametersOf<Data extends object>(
  settings: Settings<Data>,
  { state, nonce, verifier, maxAge, silent }: Transaction,
  params: URLSearchParams,
): Promise<Record<string, string>> {
  const { scope, responseMode, requireAcr, thirdPartyInitiated, parameters } = settings;
  const hint = thirdPartyInitiated ? params.get("login_hint") : null;
  return {
    ...parameters,
    redirect_uri: urlOf(settings, "callback"),
    scope,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(responseMode === "form_post" && { response_mode: "form_post" }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
    ...(maxAge === 0 && { prompt: "login" }),
    ...(requireAcr.length > 0 && { acr_values: requireAcr.join(" ") }),
    ...(silent && { prompt: "none" }),
    ...(hint && { login_hint: hint }),
  };
}
