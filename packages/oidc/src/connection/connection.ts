import type { Identity } from "./identity.ts";

/** What a provider has issued for a session. Secrets, all of them: at rest they are sealed. */
export interface TokenSet {
  readonly idToken: string;
  readonly accessToken?: string | undefined;
  /** When the access token ends, in milliseconds since the epoch; `undefined` where the provider does not say. */
  readonly accessTokenExpiresAt?: number | undefined;
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
}

/** What ties a session to the provider at which it began. */
export interface Connection {
  readonly sessionId: string;
  readonly identity: Identity;
  /** When the provider issued the ID token of the login (`iat`), in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** When the login began here, with the way to the provider, in milliseconds since the epoch; where it is known a logout of the meantime counts too. */
  readonly startedAt?: number | undefined;
  /** When the session has ended whatever happens, in milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly tokens: TokenSet;
}
