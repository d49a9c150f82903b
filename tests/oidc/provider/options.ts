import type { ClientMetadata } from "oidc-provider";

/** The API of which a provider of the tests tells by JWT access tokens (RFC 9068). */
export const API = "https://api.example";

/** What a provider says of whoever signs in. */
export interface Authentication {
  readonly acr?: string | undefined;
  readonly amr?: string[] | undefined;
  /** When, in seconds since the epoch. By default: now. */
  readonly ts?: number | undefined;
}

export interface ProviderOptions {
  readonly clients: readonly ClientMetadata[];
  /** What the access tokens are for. By default opaque ones for the provider itself; an API gets JWTs. */
  readonly resource?: typeof API | undefined;
  /** Seconds. */
  readonly accessTokenTtl?: number | undefined;
  /** Seconds. */
  readonly idTokenTtl?: number | undefined;
  /** Authorization requests come by RFC 9126 or not at all. */
  readonly requirePar?: boolean | undefined;
}

/** A client of the tests. `origin` is where its application is, as browsers know it. */
export function client(
  id: string,
  secret: string,
  origin: string,
  more: Partial<ClientMetadata> = {},
): ClientMetadata {
  return {
    client_id: id,
    client_secret: secret,
    redirect_uris: [`${origin}/auth/callback`, `${origin}/other/callback`],
    post_logout_redirect_uris: [`${origin}/auth/logged-out`],
    backchannel_logout_uri: `${origin}/auth/backchannel-logout`,
    backchannel_logout_session_required: true,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    ...more,
  };
}
