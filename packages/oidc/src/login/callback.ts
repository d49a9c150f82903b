import type { HeaderPair } from "@coatcheck/core";
import type { Context } from "../context.ts";
import { OidcError } from "../errors.ts";
import type { Answer } from "../http/answer.ts";
import { isCrossSite } from "../http/cross-site.ts";
import { bounce, redirect } from "../http/page.ts";
import { urlOf } from "../http/paths.ts";
import type { AuthRequest } from "../http/request.ts";
import { exchangeCode } from "../provider/grants.ts";
import { SKEW } from "../provider/provider.ts";
import { LIFETIME, type Transaction, transactionIn } from "../transaction/transaction.ts";
import { admit } from "./admit.ts";
import { checkClaims } from "./claims.ts";
import { keep } from "./form-post.ts";
import { checkResponse, isSilentNo } from "./response.ts";

/** A refusal that takes the login's cookie along. */
export class Refused extends Error {
  readonly refusal: unknown;
  readonly headers: readonly HeaderPair[];

  constructor(refusal: unknown, headers: readonly HeaderPair[]) {
    super("refused");
    this.refusal = refusal;
    this.headers = headers;
  }
}

/** Ends a login: the provider's answer, brought by the browser that began it. */
export async function finishLogin<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
  query: URLSearchParams,
): Promise<Answer> {
  const { logins, responses } = context;
  const state = stateIn(query);
  const params = postedBefore(context, request, query, state);
  const transaction = begun(context, request, state);
  if (isHeldBack(context, request)) {
    // What the session held before the login comes along with the next request only.
    const { location, cookie } = keep(context, params, state);
    return bounce(location, [cookie]);
  }
  // Whatever comes of it: this login is over.
  const done = [logins.clear(state), ...(params === query ? [] : [responses.clear(state)])];
  try {
    return await conclude(context, request, transaction, params, done);
  } catch (error) {
    if (error instanceof OidcError && transaction.silent && isSilentNo(error)) {
      return redirect(transaction.returnTo, done);
    }
    throw new Refused(error, done);
  }
}

async function conclude<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
  transaction: Transaction,
  params: URLSearchParams,
  done: readonly HeaderPair[],
): Promise<Answer> {
  const { settings, provider, connections } = context;
  const { issuer, clientId, requireAcr, requireSid, clock } = settings;
  const { state, nonce, verifier, maxAge, createdAt, returnTo } = transaction;
  const metadata = await provider.metadata();
  const namesIssuer = metadata.authorization_response_iss_parameter_supported === true;
  // A browser may keep its cookie and come again: that it was used is known to the store alone.
  const isFirst = await connections.once(
    JSON.stringify(["login", issuer, clientId, state]),
    createdAt + LIFETIME + SKEW * 1000,
  );
  if (!isFirst) throw new OidcError("transaction-replayed");
  checkResponse(params, { issuer, namesIssuer });
  const url = new URL(urlOf(settings, "callback"));
  url.search = params.toString();
  const { claims, tokens } = await exchangeCode(provider, { url, state, nonce, verifier }, clock);
  const rules = {
    issuer,
    clientId,
    requireAcr,
    requireSid,
    maxAge,
    beganAt: createdAt,
    skew: SKEW,
  };
  checkClaims(claims, rules, clock());
  const headers = [
    ...done,
    ...(await admit(context, request, { claims, tokens, startedAt: createdAt })),
  ];
  const isStrict = headers.some(([name, value]) => name === "set-cookie" && STRICT.test(value));
  return isStrict ? bounce(returnTo, headers) : redirect(returnTo, headers);
}

/** Browsers hold SameSite=Strict cookies back after a redirect that the provider's page began (RFC 6265bis section 5.2). */
function isHeldBack<Data extends object>(
  { settings: { sessions } }: Context<Data>,
  request: AuthRequest,
): boolean {
  return sessions.cookie.sameSite === "strict" && isCrossSite(request);
}

const STRICT = /;\s*samesite=strict/i;

function stateIn(query: URLSearchParams): string {
  const [state, ...others] = query.getAll("state");
  if (!state || others.length > 0) throw new OidcError("response-invalid", "state");
  return state;
}

/** The answer itself may have come before, by a request without the session's cookie: with `form_post` always. */
function postedBefore<Data extends object>(
  { settings, responses }: Context<Data>,
  { request }: AuthRequest,
  query: URLSearchParams,
  state: string,
): URLSearchParams {
  if (settings.responseMode === "query" && query.size > 1) return query;
  const kept = responses.get(request, state);
  if (!kept.ok) throw new OidcError("response-invalid", "form");
  return new URLSearchParams(kept.text);
}

function begun<Data extends object>(
  { logins }: Context<Data>,
  { request }: AuthRequest,
  state: string,
): Transaction {
  const kept = logins.get(request, state);
  if (!kept.ok) throw new OidcError(`transaction-${kept.reason}`);
  const transaction = transactionIn(kept.text);
  if (!transaction) throw new OidcError("transaction-missing");
  return transaction;
}
