import { SessionNotLoadedError } from "@coatcheck/core";
import type { AccessToken } from "./access-token.ts";

const tokens = new WeakMap<object, AccessToken>();

export function holdAccessToken(request: object, token: AccessToken): void {
  tokens.set(request, token);
}

/**
 * The access token of a request that `requireAccessToken` has let through: a framework's request or context, or the raw one in it.
 *
 * @throws SessionNotLoadedError (500) if it guards another route.
 */
export function accessTokenOf(request: object): AccessToken {
  const { raw, req } = request as { readonly raw?: object; readonly req?: object };
  for (const it of [request, raw, req]) {
    const token = it && tokens.get(it);
    if (token) return token;
  }
  throw new SessionNotLoadedError(
    "this request has no access token: is requireAccessToken() on its route?",
  );
}
