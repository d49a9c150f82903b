import type { CarriedSession } from "../token-storage.ts";

/** Who makes the tokens, for whom, and for which cookie. A token of another place is not opened. */
export interface Binding {
  readonly issuer: string;
  readonly audience: string;
  readonly cookieName: string;
}

/** Of a token, not of its session. */
interface Issue {
  /** Different for each token, however alike their sessions. */
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly iat: number;
}

export interface ReadClaims extends Issue {
  readonly session: CarriedSession;
}

const ID = /^[\w-]{21}[AQgw]$/;

/**
 * The claims, always in this order. Seconds are what RFC 7519 has for times: they are rounded so that no token seems valid longer than it
 * is, and `times` has the milliseconds.
 */
export function writeClaims(session: CarriedSession, { jti, iat }: Issue, to: Binding): string {
  const { authenticatedAt, expiresAt, flash, auth } = session;
  return JSON.stringify({
    iss: to.issuer,
    aud: to.audience,
    sub: session.userId ?? undefined,
    jti,
    iat,
    nbf: iat,
    exp: seconds(expiresAt),
    auth_time: authenticatedAt === null ? undefined : seconds(authenticatedAt),
    sid: session.id,
    lineage: session.lineage,
    cookie: to.cookieName,
    epoch: session.epoch,
    times: [
      session.createdAt,
      authenticatedAt,
      session.lastSeenAt,
      expiresAt,
      session.endsAt,
      session.since,
    ],
    remember: session.remember,
    registered: session.registered,
    flash,
    auth,
    data: JSON.parse(session.data),
  });
}

/**
 * What a genuine token says, if it is what `writeClaims` writes, byte by byte: what is read is written once more and
 * compared. So no claim is missing, doubled, added or of another type, whoever else may hold the key.
 */
export function readClaims(bytes: Uint8Array, to: Binding): ReadClaims | "foreign" | undefined {
  const claims = parse(bytes);
  if (!claims) return;
  const { iss, aud, cookie } = claims;
  if (iss !== to.issuer || aud !== to.audience || cookie !== to.cookieName) return "foreign";
  const read = collect(claims);
  return read && isWritten(bytes, read, to) ? read : undefined;
}

function isWritten(bytes: Uint8Array, { session, jti, iat }: ReadClaims, to: Binding): boolean {
  return Buffer.from(writeClaims(session, { jti, iat }, to)).equals(bytes);
}

function collect(claims: Record<string, unknown>): ReadClaims | undefined {
  const { sub = null, jti, iat, sid, lineage, epoch, times } = claims;
  const { remember, registered, flash, auth, data } = claims;
  if (!Array.isArray(times)) return;
  const [createdAt, authenticatedAt, lastSeenAt, expiresAt, endsAt, since] = times;
  if (typeof jti !== "string" || jti === "" || typeof sid !== "string" || !ID.test(sid)) return;
  if (sub !== null && (typeof sub !== "string" || sub === "")) return;
  if (!isMark(remember) || !isMark(registered)) return;
  if (flash !== undefined && !isObject(flash)) return;
  if (auth !== undefined && !isObject(auth)) return;
  if (lineage !== undefined && typeof lineage !== "string") return;
  if (!isObject(data)) return;
  const session = {
    id: sid as CarriedSession["id"],
    ...(lineage !== undefined && { lineage }),
    epoch: epoch as number,
    since,
    userId: sub,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt,
    endsAt,
    ...(remember && { remember }),
    ...(registered && { registered }),
    ...(flash !== undefined && { flash }),
    ...(auth !== undefined && { auth }),
    data: JSON.stringify(data),
  };
  if (!hasWholeNumbers(session, iat as number)) return;
  return { session, jti, iat: iat as number };
}

/** Whether a token can say its numbers: counts, and whole milliseconds since the epoch. */
export function hasWholeNumbers(session: CarriedSession, iat: number): boolean {
  const { createdAt, authenticatedAt, lastSeenAt, expiresAt, endsAt, since, epoch } = session;
  const moments = [createdAt, authenticatedAt ?? 0, lastSeenAt, expiresAt, endsAt, since];
  return [iat, epoch, ...moments].every(isCount);
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(bytes).toString());
    return isObject(claims) ? claims : undefined;
  } catch {
    return;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Either there or not: `false` is written by nobody. */
function isMark(value: unknown): value is true | undefined {
  return value === undefined || value === true;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
