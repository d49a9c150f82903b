import type { SignedOut } from "../connection/identity.ts";
import { isFor, isName, isTime, SKEW } from "../token/claims.ts";
import type { SignatureRejection, SignedToken } from "../token/signed.ts";

/** Why a logout token was not accepted (OpenID Connect Back-Channel Logout 1.0 section 2.6). */
export type LogoutTokenRejection =
  | SignatureRejection
  /** `typ` is another kind of token's; or none, where that is required. */
  | "type"
  | "issuer"
  | "audience"
  /** `iat`, `exp` or `jti` is missing or no such thing. */
  | "claims"
  | "expired"
  /** Of the future, by more than clocks may differ. */
  | "early"
  /** Issued too long ago. */
  | "stale"
  /** The event is missing: it is no logout token, as an ID token is not. */
  | "events"
  /** It has a `nonce`, as ID tokens have. */
  | "nonce"
  /** It names nobody. */
  | "subject";

/** `"if-present"`: no `typ`, the generic `JWT`, or the right one. `"strict"`: `logout+jwt` (OWASP ASVS 10.5.5). */
export type LogoutTokenTypes = "if-present" | "strict";

export interface LogoutTokenRules {
  readonly issuer: string;
  readonly clientId: string;
  readonly types: LogoutTokenTypes;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface LogoutToken {
  readonly who: SignedOut;
  readonly tokenId: string;
  /** `iat`, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** From then on it is refused anyway, and need not be remembered. */
  readonly refusedFrom: number;
}

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** Oldest token, in seconds: one that is not delivered by then may be of a session that the user has replaced long since. */
const LONGEST_AGE = 600;

/** What a genuine token says, if it is a logout token for this client: section 2.6, step by step. */
export function judgeLogoutToken(
  { type, claims }: SignedToken,
  { issuer, clientId, types, now }: LogoutTokenRules,
): LogoutToken | LogoutTokenRejection {
  const { iss, aud, iat, exp, nbf, jti, events } = claims;
  const isUntyped = type === undefined || type === "jwt";
  if (type !== "logout+jwt" && !(types === "if-present" && isUntyped)) return "type";
  if (iss !== issuer) return "issuer";
  if (!isFor(aud, clientId)) return "audience";
  if (!isTime(iat) || !isTime(exp) || !isName(jti)) return "claims";
  if (nbf !== undefined && !isTime(nbf)) return "claims";
  const seconds = now / 1000;
  if (seconds >= exp + SKEW) return "expired";
  if (Math.max(iat, nbf ?? 0) > seconds + SKEW) return "early";
  const refusedFrom = Math.min(exp, iat + LONGEST_AGE) + SKEW;
  if (seconds >= refusedFrom) return "stale";
  if (!isObject(events) || !Object.hasOwn(events, EVENT) || !isObject(events[EVENT])) {
    return "events";
  }
  // Even null: with it an ID token could pass for a logout token, and the other way round.
  if (Object.hasOwn(claims, "nonce")) return "nonce";
  const who = namedBy(issuer, claims);
  if (!who) return "subject";
  return { who, tokenId: jti, issuedAt: iat * 1000, refusedFrom: refusedFrom * 1000 };
}

function namedBy(issuer: string, { sub, sid }: SignedToken["claims"]): SignedOut | undefined {
  if (sub !== undefined && !isName(sub)) return undefined;
  if (sid !== undefined && !isName(sid)) return undefined;
  if (sub !== undefined) return { issuer, subject: sub, sid };
  return sid === undefined ? undefined : { issuer, sid };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
