import type { EndReason } from "../events.ts";
import type { SessionRecord } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import type { Authentication } from "./authentication.ts";
import type { Core } from "./core.ts";
import type { Intent } from "./unit.ts";

export function tellEnded({ events }: Core, ids: readonly SessionId[], reason: EndReason): void {
  for (const id of ids) events.emit("ended", { id, reason });
}

/** What a commit that was written means for who the session's user is. */
export function tellIdentity(
  { events }: Core,
  { id, userId: actorId }: Pick<SessionRecord, "id" | "userId">,
  { login, auth }: Intent,
  before: Authentication | undefined,
): void {
  // Of a session that is handed off the user has authenticated before.
  if (login && !login.authenticatedAt) events.emit("login", { id, userId: login.userId });
  const { elevated, actingAs: userId } = auth ?? {};
  if (elevated && elevated.until !== before?.elevated?.until) {
    events.emit("elevated", { id, until: elevated.until });
  }
  if (userId !== undefined && userId !== before?.actingAs) {
    events.emit("acting", { id, actorId: actorId ?? "", userId });
  }
}
