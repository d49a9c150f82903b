/** A genuine access token's content. Times in milliseconds since the epoch. */
export interface AccessToken {
  readonly userId: string;
  /** The session behind it. */
  readonly sessionId: string | undefined;
  readonly clientId: string | undefined;
  readonly scope: readonly string[];
  readonly authenticatedAt: number | undefined;
  readonly expiresAt: number;
  /** Unique for each token. */
  readonly tokenId: string;
  /** All claims, as they are. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a token is none. */
export type AccessRejection =
  /** The request brings none. */
  | "missing"
  /** Not an access token in form, type or content. */
  | "malformed"
  /** The key is not in the issuer's set. */
  | "unknown-key"
  /** The signature is not the issuer's. */
  | "tampered"
  /** Genuine, and for somebody else: another issuer or audience. */
  | "foreign"
  /** Genuine, and over. */
  | "expired"
  /** Genuine, and of the future: the clocks differ. */
  | "early";

export type AccessResult =
  | { readonly ok: true; readonly token: AccessToken }
  | {
      readonly ok: false;
      readonly reason: AccessRejection;
      /** The value of `WWW-Authenticate` for the response, whose status is 401 (RFC 6750 section 3). */
      readonly challenge: string;
    };

export function refused(reason: AccessRejection): AccessResult {
  // A request that brought nothing is not told of an error (RFC 6750 section 3.1); and nothing but the end of a token's time is told apart.
  const description = reason === "expired" ? ', error_description="expired"' : "";
  const challenge = reason === "missing" ? "Bearer" : `Bearer error="invalid_token"${description}`;
  return { ok: false, reason, challenge };
}
