import { type HeaderPair, SessionError } from "@coatcheck/core";
import { answerLogoutToken } from "./backchannel/answer.ts";
import type { Context } from "./context.ts";
import { OidcError } from "./errors.ts";
import { answerFrontchannel } from "./frontchannel/answer.ts";
import type { Answer } from "./http/answer.ts";
import { refusal } from "./http/page.ts";
import { type Route, routeOf } from "./http/paths.ts";
import type { AuthRequest } from "./http/request.ts";
import { SignedOutMeanwhile } from "./login/admit.ts";
import { finishLogin, Refused } from "./login/callback.ts";
import { keepResponse } from "./login/form-post.ts";
import { startLogin } from "./login/start.ts";
import { startPosted } from "./login/start-posted.ts";
import { finishLogout } from "./logout/returned.ts";
import { startLogout } from "./logout/start.ts";
import { withoutSession } from "./session/hand.ts";

type Handler = <Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
  params: URLSearchParams,
) => Answer | Promise<Answer>;

/** By route and method. HEAD is none: to ask for a login's headers would begin one. */
const HANDLERS: Readonly<Record<Route, Readonly<Record<string, Handler>>>> = {
  login: { GET: startLogin, POST: startPosted },
  callback: { GET: finishLogin, POST: keepResponse },
  // Never by GET: what a page loads as an image must not sign anybody out.
  logout: { POST: startLogout },
  "logged-out": { GET: finishLogout },
  "backchannel-logout": {
    POST({ settings, backchannel }, request) {
      withoutSession(settings.sessions, request);
      return answerLogoutToken(backchannel, request);
    },
  },
  "frontchannel-logout": {
    GET: ({ frontchannel }, request) =>
      frontchannel ? answerFrontchannel(frontchannel, request) : refusal(403, "off"),
  },
};

/** The answer to a request for one of the routes; `undefined` for any other. Throws what is a fault of the application's. */
export async function handle<Data extends object>(
  context: Context<Data>,
  request: AuthRequest,
): Promise<Answer | undefined> {
  const found = routeOf(context.settings, request.url);
  if (!found) return undefined;
  const methods = HANDLERS[found.route];
  const handler = methods[request.method];
  const isOff = found.route === "login" && !context.settings.thirdPartyInitiated;
  if (!handler || (isOff && request.method === "POST")) {
    const allowed = isOff ? ["GET"] : Object.keys(methods);
    return refusal(405, "method", [["allow", allowed.join(", ")]]);
  }
  try {
    return await handler(context, request, found.params);
  } catch (error) {
    return refused(context, found.route, error);
  }
}

function refused<Data extends object>(
  context: Context<Data>,
  route: Route,
  error: unknown,
  headers: readonly HeaderPair[] = [],
): Answer {
  if (error instanceof Refused) return refused(context, route, error.refusal, error.headers);
  // A fault of the application's is for the framework's error handling. That knows nothing of caches, nor of the cookies that are over: all else is answered here.
  const isAnswered = error instanceof OidcError || error instanceof SessionError;
  if (!isAnswered || error.status === 500) throw error;
  if (error instanceof OidcError && (route === "login" || route === "callback")) {
    context.events.emit("login-refused", { code: error.code, detail: error.detail });
  }
  if (error instanceof SignedOutMeanwhile) {
    return refusal(403, error.code, [...headers, ...error.headers]);
  }
  return refusal(error.status, error.code, headers);
}
