import { headerOf, hostOf, type RequestFacts, type SessionRequest } from "./request.ts";

/** Origins that may act besides our own; `"allow"` turns the check off. */
export type TrustedOrigins = ReadonlySet<string> | "allow";

/** RFC 9110 section 9.2.1: nothing else may change state. */
const SAFE_METHODS = /^(GET|HEAD|OPTIONS|TRACE)$/i;

/** What a Host header may hold (RFC 9110 section 7.2): no user, path or query that a URL parser would take off. */
const HOST = /^[^/\\?#@\s]+$/;

/**
 * Whether this request comes from another origin and could act: an unsafe method, or a WebSocket upgrade, which is a GET that
 * browsers send with cookies to anybody (CSWSH). Fetch metadata decide where they are sent; before them Origin does. A client that sends neither
 * is no browser, and a foreign page cannot make it send a cookie.
 */
export function isForeign(
  request: SessionRequest,
  facts: RequestFacts | undefined,
  trusted: TrustedOrigins,
): boolean {
  const { method = "GET", headers } = request;
  if (trusted === "allow") return false;
  const isSafe = method === "GET" || SAFE_METHODS.test(method);
  if (isSafe && !asksForWebSocket(request)) return false;
  const origin = headerOf(headers, "origin");
  if (origin !== undefined && trusted.has(origin)) return false;
  const site = headerOf(headers, "sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  if (origin === undefined) return false;
  // A port that is the scheme's own may be written or left out. `null` comes from nowhere.
  return !isHostOf(URL.parse(origin), request, facts);
}

/** Upgrade is a list (RFC 9110 section 7.8). */
function asksForWebSocket(request: SessionRequest): boolean {
  const { headers } = request;
  // Nearly no request has it. Node.js has all names in lower case: other spellings, which take a look at each header, are not looked for.
  const isNodes = (request as { readonly rawHeaders?: unknown }).rawHeaders !== undefined;
  if (isNodes && !("upgrade" in headers)) return false;
  const upgrade = headerOf(headers, "upgrade");
  return upgrade !== undefined && /\bwebsocket\b/i.test(upgrade);
}

/** Whether the host that the client asked for is that of `page`. */
export function isHostOf(
  page: URL | null,
  request: SessionRequest,
  facts: RequestFacts | undefined,
): boolean {
  const host = hostOf(request, facts) ?? "";
  return !!page && HOST.test(host) && URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}
