import { createHmac } from "node:crypto";
import { type Session, unitOf } from "../session/session.ts";
import type { SessionUnit } from "../session/unit.ts";
import { bindingOf } from "./binding.ts";
import { CsrfError } from "./error.ts";
import { isMaskOf, mask } from "./mask.ts";

/**
 * A token for a form or a script of this session's own pages: reads differently each time, and stays good until the session ends, somebody
 * logs in, or the user steps up or acts for another. Rotations leave it alone.
 *
 * A session that is not stored yet is stored by this request, since the next one could not tell the token otherwise.
 *
 * @throws SessionTooLateError if a session would have to be started after the headers have left
 * @throws SessionDestroyedError after `destroy()`
 */
export function csrfToken<Data extends object>(session: Session<Data>): string {
  const unit = unitOf(session);
  start(unit);
  return mask(macOf(unit), unit.core.random(32));
}

/** Whether `token` is one of this session's, as it is now: of before a login, of another session, or of no string at all it is not. */
export function verifyCsrf<Data extends object>(session: Session<Data>, token: unknown): boolean {
  return isMaskOf(token, macOf(unitOf(session)));
}

/**
 * @throws CsrfError (403) for any other token than one of this session's
 * @throws SessionStoreError (503) for a session that is served as nobody because the store is down: its token may be good
 */
export function assertCsrf<Data extends object>(session: Session<Data>, token: unknown): void {
  if (verifyCsrf(session, token)) return;
  throw unitOf(session).degraded ?? new CsrfError();
}

/** Lets the commit store a session that has no data. */
function start(unit: SessionUnit): void {
  // Nothing can be stored, and the application has chosen to answer all the same.
  if (unit.record || unit.degraded) return;
  const { copy } = unit.writable("csrfToken()");
  // To remove all but what is there changes nothing, and is a change.
  if (!copy.isChanged()) copy.clear(new Set(Object.keys(copy.values())));
}

/**
 * HMAC-SHA-256 over the session's id and its user, each with its length before it (OWASP CSRF cheat sheet). The key is the session's lineage: 128
 * random bits that the store keeps and no page sees. They tag the session's secrets too, so that the two must never be asked for the MAC of the
 * same text: theirs begin with the name of a cookie, which has no space.
 */
function macOf(unit: SessionUnit): Uint8Array {
  unit.looked = true;
  const { id, lineage } = bindingOf(unit);
  const parts = [unit.core.cookie.name, id, unit.userId ?? ""];
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return createHmac("sha256", lineage).update(`coatcheck csrf 1 ${text}`).digest();
}
