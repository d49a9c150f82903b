import type { CookieFact } from "./cookie.ts";
import type { Trace } from "./trace.ts";

const MOST_REMEMBERED = 1_000;

/** Sessions whose rotated secret the browser has not used yet, as seen by this process. */
const pending = new Set<string>();

/** Where the rotation of a request's session stands, told from what left with the response. */
export function rotationOf(trace: Trace, cookie: CookieFact): string | undefined {
  const { sessionId, events, storage } = trace;
  if (sessionId === undefined) return undefined;
  if (events.includes("rotated")) {
    remember(sessionId);
    return "new secret sent; until the browser uses it, the old one works";
  }
  if (!pending.has(sessionId)) return undefined;
  if (storage?.kind === "store" ? isSentAgain(trace, cookie) : !isNoted(trace)) {
    return "not confirmed yet: the new secret was sent once more";
  }
  pending.delete(sessionId);
  return "confirmed: the browser came with the new secret; the old one works for 10 s more";
}

function isSentAgain({ events }: Trace, cookie: CookieFact): boolean {
  return cookie.kind === "set" && !events.includes("login");
}

/** A cookie with the session in it is sent for other reasons too; that it is in use is written down as it arrives. */
function isNoted({ calls }: Trace): boolean {
  return calls.some(({ operation, byCommit }) => /create|update/.test(operation) && !byCommit);
}

function remember(id: string): void {
  const [oldest] = pending;
  if (pending.size >= MOST_REMEMBERED && oldest !== undefined) pending.delete(oldest);
  pending.add(id);
}
