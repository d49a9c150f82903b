import { type HeadersLike, headerOf } from "./request.ts";

/** Origins that may act besides our own; `"allow"` turns the check off. */
export type TrustedOrigins = ReadonlySet<string> | "allow";

/** RFC 9110 section 9.2.1: nothing else may change state. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

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
  if (trusted === "allow" || method === undefined) return false;
  if (SAFE_METHODS.has(method.toUpperCase()) && !isUpgrade(headers)) return false;
  const origin = headerOf(headers, "origin");
  if (origin !== undefined && trusted.has(origin)) return false;
  const site = headerOf(headers, "sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return origin !== undefined && hostOfOrigin(origin) !== host()?.toLowerCase();
}

function isUpgrade(headers: HeadersLike): boolean {
  return headerOf(headers, "upgrade")?.toLowerCase() === "websocket";
}

/** Host and port of an origin; `undefined` for `null` and for anything that is none. */
function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
