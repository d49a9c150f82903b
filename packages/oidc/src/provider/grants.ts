import {
  authorizationCodeGrant,
  type IDToken,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  tokenRevocation,
} from "openid-client";
import type { TokenSet } from "../connection/connection.ts";
import { OidcError } from "../errors.ts";
import { exchangeFailure } from "./failure.ts";
import type { Provider } from "./provider.ts";

/** What a login needs for its code. */
export interface CodeExchange {
  /** The redirect URI with what came to it. */
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface Grant {
  readonly tokens: TokenSet;
  /** Of the ID token: signature, issuer, audience, nonce and times are good. */
  readonly claims: IDToken;
}

/** Gives the code for tokens. What the browser brought has been checked. */
export async function exchangeCode(
  provider: Provider,
  { url, state, nonce, verifier }: CodeExchange,
  now: () => number,
): Promise<Grant> {
  return provider.with(async (config) => {
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    };
    try {
      const response = await authorizationCodeGrant(config, url, checks, provider.resource);
      return { tokens: tokensOf(response, undefined, now()), claims: claimsOf(response) };
    } catch (error) {
      throw exchangeFailure(error);
    }
  });
}

/** @throws what the library throws: who asks has to tell apart who is to blame. */
export async function refresh(
  provider: Provider,
  tokens: TokenSet & { readonly refreshToken: string },
  subject: string,
  now: () => number,
): Promise<TokenSet> {
  return provider.with(async (config) => {
    const response = await refreshTokenGrant(config, tokens.refreshToken, provider.resource);
    // OpenID Connect Core section 12.2: it is the same user, or the provider has mixed up two.
    const claims = response.claims();
    if (claims && claims.sub !== subject) throw new OidcError("id-token-invalid", "sub");
    return tokensOf(response, tokens, now());
  });
}

/** Tells the provider that a refresh token is not needed any more (RFC 7009), where it wants to know. */
export async function revokeGrant(provider: Provider, { refreshToken }: TokenSet): Promise<void> {
  if (refreshToken === undefined) return;
  await provider.with(async (config, metadata) => {
    if (metadata.revocation_endpoint === undefined) return;
    await tokenRevocation(config, refreshToken, { token_type_hint: "refresh_token" });
  });
}

type Response = TokenEndpointResponse & TokenEndpointResponseHelpers;

function claimsOf(response: Response): IDToken {
  const claims = response.claims();
  if (claims === undefined) throw new OidcError("id-token-invalid", "missing");
  return claims;
}

/** What is not issued anew stays as it was: a provider may rotate refresh tokens or not. */
function tokensOf(response: Response, before: TokenSet | undefined, now: number): TokenSet {
  const { id_token, access_token, refresh_token, expires_in, scope } = response;
  return {
    idToken: id_token ?? before?.idToken ?? "",
    accessToken: access_token,
    accessTokenExpiresAt: expires_in === undefined ? undefined : now + expires_in * 1000,
    refreshToken: refresh_token ?? before?.refreshToken,
    scope: scope ?? before?.scope,
  };
}
