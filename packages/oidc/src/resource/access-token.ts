import { isFor, isName, isTime, SKEW } from "../token/claims.ts";
import type { SignatureRejection, SignedToken } from "../token/signed.ts";

/** What an access token says: who may do what. */
export interface AccessToken {
  readonly issuer: string;
  /** `sub`: the user, or the client itself where no user is concerned. Means nothing without the issuer. */
  readonly subject: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  /** `jti`. */
  readonly tokenId: string;
  /** In milliseconds since the epoch. */
  readonly issuedAt: number;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
  /** All of it, as it was signed. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why an access token was not accepted. For logs: the client is told no more than that it was not. */
export type AccessTokenRejection =
  | SignatureRejection
  /** `typ` is not `at+jwt`, as of an ID token. */
  | "type"
  | "issuer"
  /** Meant for another service. */
  | "audience"
  /** A claim is missing that must be there, or no such thing. */
  | "claims"
  | "expired"
  /** Of the future, by more than clocks may differ. */
  | "early"
  /** Bound to a key of the client's (`cnf`), whose proof is not checked here: without that it would be good for a thief. */
  | "bound";

export interface AccessTokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a genuine token says, if it is an access token for this service (RFC 9068 section 4). */
export function judgeAccessToken(
  { type, claims }: SignedToken,
  { issuer, audience, now }: AccessTokenRules,
): AccessToken | AccessTokenRejection {
  const { iss, aud, exp, iat, nbf, sub, jti, client_id: clientId, scope } = claims;
  if (type !== "at+jwt") return "type";
  if (iss !== issuer) return "issuer";
  if (!isFor(aud, audience)) return "audience";
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return "claims";
  if (!isName(sub) || !isName(jti) || !isName(clientId)) return "claims";
  if (scope !== undefined && typeof scope !== "string") return "claims";
  const seconds = now / 1000;
  if (seconds >= exp + SKEW) return "expired";
  if (Math.max(iat, nbf ?? 0) > seconds + SKEW) return "early";
  if (Object.hasOwn(claims, "cnf")) return "bound";
  return {
    issuer,
    subject: sub,
    clientId,
    scope: scope?.split(" ").filter((it) => it !== "") ?? [],
    tokenId: jti,
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
    claims,
  };
}
