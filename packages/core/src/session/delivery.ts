import { clearCookie, setCookie } from "../cookie/write.ts";
import { CookieDeliveryError, SessionTooLateError } from "../errors.ts";
import { hostOf, isLoopback, isSecure } from "../request/request.ts";
import type { SessionToken } from "../token/token.ts";
import type { Batch } from "./batch.ts";
import type { Core } from "./core.ts";
import { refuse } from "./refuse.ts";
import type { SessionUnit } from "./unit.ts";

/** A response header to be added: name in lower case, value. */
export type HeaderPair = readonly [name: string, value: string];

/** What a commit does to the cookie: set it to a token, remove it, or neither. */
export type CookieChange = SessionToken | "clear" | undefined;

/** The headers of a commit. */
export function headersFor(
  { cookie, clock }: Core,
  unit: SessionUnit,
  change: CookieChange,
): HeaderPair[] {
  const headers: HeaderPair[] = [];
  if (change !== undefined) {
    const state = unit.loaded?.state;
    const lasting = cookie.persistent || state?.remember;
    // Seconds until the absolute deadline, for a cookie that outlives the browser.
    const maxAge = state && lasting ? (state.endsAt - clock()) / 1000 : undefined;
    const line = change === "clear" ? clearCookie(cookie) : setCookie(cookie, change, maxAge);
    // A shared cache that kept this response would hand one client's token to the next (RFC 9111 section 7.3).
    headers.push(["set-cookie", line], ["cache-control", "no-store"]);
  }
  if (unit.looked) headers.push(["vary", "Cookie"]);
  unit.opening.channel?.deliver(headers);
  return headers;
}

/** A session is about to start: its cookie must get through, and its request be one of our own pages'. */
export function requireWelcome(batch: Batch): void {
  const { request, foreign } = batch.unit.opening;
  if (foreign) refuse(batch.core, request);
  if (!batch.deliverable) {
    // Stored all the same, it would be an orphan: nobody has its token.
    throw new SessionTooLateError("a new session", "start the session before the response begins");
  }
  requireCarrier(batch);
}

/** Guarantee 14: a browser would drop the cookie without a word, and every login with it. */
export function requireCarrier({ core: { cookie }, unit, deliverable }: Batch): void {
  const { request, facts } = unit.opening;
  if (!cookie.secure || !deliverable || isSecure(request, facts) !== false) return;
  const host = hostOf(request, facts);
  if (isLoopback(host)) return;
  throw new CookieDeliveryError(
    `cookie ${cookie.name} is Secure and the connection to ${host ?? "this host"} is not: ` +
      "use HTTPS, let the framework trust its proxy, or set cookie.secure to false for development",
  );
}
