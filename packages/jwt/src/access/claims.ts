import { parseObject } from "./json.ts";
import { type AccessResult, type AccessToken, refused } from "./result.ts";

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: () => number;
  /** Milliseconds. */
  readonly tolerance: number;
  readonly requireClientId: boolean;
}

/** What a genuine token says: whose it is, for whom, and when (RFC 9068 section 4). Nothing that has to be there may be missing. */
export function judgeClaims(payload: Uint8Array, to: Expected): AccessResult {
  const claims = parseObject(payload);
  if (!claims) return refused("malformed");
  const { iss, aud, exp, iat, nbf } = claims;
  if (iss !== to.issuer) return refused("foreign");
  if (!(Array.isArray(aud) ? aud : [aud]).includes(to.audience)) return refused("foreign");
  const token = collect(claims);
  if (to.requireClientId && token?.clientId === undefined) return refused("malformed");
  if (!token || !isTime(exp) || !isTime(iat) || !(nbf === undefined || isTime(nbf))) {
    return refused("malformed");
  }
  const now = to.clock();
  if (now >= exp * 1000 + to.tolerance) return refused("expired");
  if (now < Math.max(iat, nbf ?? 0) * 1000 - to.tolerance) return refused("early");
  return { ok: true, token };
}

function collect(claims: Record<string, unknown>): AccessToken | undefined {
  const { sub, jti, sid, client_id: clientId, scope, auth_time: authTime, exp } = claims;
  if (!isText(sub) || !isText(jti) || !isTextOrNone(sid) || !isTextOrNone(clientId)) return;
  if (scope !== undefined && typeof scope !== "string") return;
  if (authTime !== undefined && !isTime(authTime)) return;
  return {
    userId: sub,
    sessionId: sid,
    clientId,
    scope: scope?.split(" ").filter((it) => it !== "") ?? [],
    authenticatedAt: authTime === undefined ? undefined : authTime * 1000,
    expiresAt: (exp as number) * 1000,
    tokenId: jti,
    claims,
  };
}

/** RFC 7519 section 2: seconds since the epoch, fractions too. Within what a date can be. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 8_640_000_000_000;
}

/** No half character either: what stores and compares texts in UTF-8 would take one such user for another. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}
