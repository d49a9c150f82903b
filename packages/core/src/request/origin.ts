import { type HeadersLike, headerOf } from "./request.ts";

/** Origins that may act besides our own; `"allow"` turns the check off. */
export type TrustedOrigins = ReadonlySet<string> | "allow";

/** RFC 9110 section 9.2.1: nothing else may change state. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What a Host header may hold (RFC 9110 section 7.2): no user, path or query that a URL parser would take off. */
const HOST = /^[^/\\?#@\s]+$/;

/**
 * Whether this request comes from another origin and could act: an unsafe method, or a WebSocket upgrade, which is a GET that
 * browsers send with cookies to anybody (CSWSH). Fetch metadata decide where they are sent; before them Origin does. A client that sends neither
 * is no browser, and a foreign page cannot make it send a cookie.
 */
export function isForeign(
  method: string | undefined,
  headers: HeadersLike,
  host: () => string | undefined,
  trusted: TrustedOrigins,
): boolean {
  if (trusted === "allow") return false;
  const safe = method === undefined || SAFE_METHODS.has(method.toUpperCase());
  if (safe && !isUpgrade(headers)) return false;
  const origin = headerOf(headers, "origin");
  if (origin !== undefined && trusted.has(origin)) return false;
  const site = headerOf(headers, "sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return origin !== undefined && !isOrigin(origin, host());
}

/** Upgrade is a list (RFC 9110 section 7.8). */
function isUpgrade(headers: HeadersLike): boolean {
  return /\bwebsocket\b/i.test(headerOf(headers, "upgrade") ?? "");
}

/** Whether a page of `origin` comes from `host`: a port that is the scheme's own may be written or left out. `null` comes from nowhere. */
function isOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin) || host === undefined || !HOST.test(host)) return false;
  const { protocol, host: page } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page;
}
