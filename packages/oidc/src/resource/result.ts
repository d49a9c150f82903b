import type { AccessToken, AccessTokenRejection } from "./access-token.ts";

export type AccessRefusal =
  | AccessTokenRejection
  /** No bearer token was sent. */
  | "missing"
  /** Two were, or what was sent is none. */
  | "unclear"
  /** A good token, without a scope that is asked for. */
  | "scope"
  /** The provider's keys could not be had: nothing is known of the token. */
  | "provider-down";

export type AccessResult =
  | { readonly ok: true; readonly token: AccessToken }
  | {
      readonly ok: false;
      readonly status: 400 | 401 | 403 | 503;
      /** For `WWW-Authenticate` (RFC 6750 section 3); `undefined` with a 503. */
      readonly challenge: string | undefined;
      /** For logs: more than the client is to be told. */
      readonly reason: AccessRefusal;
      /** With a 503: what went wrong. */
      readonly cause?: unknown;
    };

/**
 * A refusal as the client sees it. Without a token it is told nothing but the scheme, as it did not even try; with a bad one, not why it is bad (RFC 6750 section 3.1), which
 * would help whoever makes tokens up.
 */
export function refusal(
  reason: Exclude<AccessRefusal, "provider-down">,
  scope: readonly string[],
): AccessResult & { readonly ok: false } {
  const asked = scope.length > 0 ? `, scope="${scope.join(" ")}"` : "";
  switch (reason) {
    case "missing":
      return { ok: false, status: 401, challenge: "Bearer", reason };
    case "unclear":
      return { ok: false, status: 400, challenge: 'Bearer error="invalid_request"', reason };
    case "scope":
      return {
        ok: false,
        status: 403,
        challenge: `Bearer error="insufficient_scope"${asked}`,
        reason,
      };
    default:
      return { ok: false, status: 401, challenge: 'Bearer error="invalid_token"', reason };
  }
}
