import type { IDToken } from "openid-client";
import { OidcError } from "../errors.ts";

/** What an ID token has to say beside what makes it one. */
export interface ClaimRules {
  readonly issuer: string;
  readonly clientId: string;
  readonly requireAcr: readonly string[];
  readonly requireSid: boolean;
  /** Seconds that the authentication may have been ago when the login began. */
  readonly maxAge: number | undefined;
  /** When it began, in milliseconds since the epoch. */
  readonly beganAt: number;
  /** How far two clocks may be apart, in seconds. */
  readonly skew: number;
}

/**
 * The rules that are ours. Signature, algorithm, nonce and expiry have been checked by then. A claim that is asked for and missing counts as the weakest there
 * is (OWASP ASVS 6.8.4).
 *
 * @throws OidcError
 */
export function checkClaims(claims: IDToken, rules: ClaimRules, now: number): void {
  const { iss, sub, aud, azp, iat } = claims;
  if (iss !== rules.issuer) throw new OidcError("id-token-invalid", "iss");
  // OpenID Connect Core section 2: at most 255 ASCII characters.
  if (!/^[\x20-\x7e]{1,255}$/.test(sub)) throw new OidcError("id-token-invalid", "sub");
  // OpenID Connect Core section 3.1.3.7: others that may use it too are trusted by nobody here.
  const audiences = typeof aud === "string" ? [aud] : aud;
  if (audiences.some((it) => it !== rules.clientId) || audiences.length === 0) {
    throw new OidcError("id-token-invalid", "aud");
  }
  if (azp !== undefined && azp !== rules.clientId) throw new OidcError("id-token-invalid", "azp");
  if (iat * 1000 > now + rules.skew * 1000) throw new OidcError("id-token-invalid", "iat");
  if (rules.requireSid && !sidOf(claims)) throw new OidcError("sid-missing");
  checkAge(claims, rules);
  checkAcr(claims, rules);
}

/** The provider's own session, where it tells. */
export function sidOf({ sid }: IDToken): string | undefined {
  return typeof sid === "string" && sid !== "" ? sid : undefined;
}

/** When the user authenticated, in milliseconds since the epoch. */
export function authenticatedAtOf({ auth_time }: IDToken): number | undefined {
  return typeof auth_time === "number" && auth_time >= 0 ? auth_time * 1000 : undefined;
}

/** By which methods (RFC 8176), where the provider tells in the form in which it has to. */
export function amrOf({ amr }: IDToken): readonly string[] | undefined {
  const isList = Array.isArray(amr) && amr.every((it) => typeof it === "string");
  return isList ? (amr as readonly string[]) : undefined;
}

export function acrOf({ acr }: IDToken): string | undefined {
  return typeof acr === "string" ? acr : undefined;
}

/** By when the login began: how long the provider's own pages were open afterwards makes nobody's authentication older. */
function checkAge(claims: IDToken, { maxAge, beganAt, skew }: ClaimRules): void {
  if (maxAge === undefined) return;
  const at = authenticatedAtOf(claims);
  if (at === undefined) throw new OidcError("auth-too-old", "missing");
  if (at + (maxAge + skew) * 1000 < beganAt) throw new OidcError("auth-too-old");
}

function checkAcr(claims: IDToken, { requireAcr }: ClaimRules): void {
  if (requireAcr.length === 0) return;
  const acr = acrOf(claims);
  if (acr === undefined) throw new OidcError("acr-insufficient", "missing");
  if (!requireAcr.includes(acr)) throw new OidcError("acr-insufficient");
}
