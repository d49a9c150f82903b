import type { SessionEvents } from "@coatcheck/core";
import type { Context } from "../context.ts";

/**
 * Ties a session that was handed off to another host as the one it comes from: a logout at the provider ends both. It has no tokens but the one for a logout there, since a
 * refresh token that two sessions use is taken for a stolen one (RFC 9700 section 2.2.2).
 */
export async function follow<Data extends object>(
  { connections, events, settings: { sessions } }: Context<Data>,
  { id, from }: SessionEvents["handed-off"],
): Promise<void> {
  try {
    const connection = await connections.read(from);
    if (!connection) return;
    const { idToken } = connection.tokens;
    const isTied = await connections.begin({ ...connection, sessionId: id, tokens: { idToken } });
    if (!isTied) await sessions.revoke(id);
  } catch {
    events.emit("provider-failed", { operation: "hand-off", detail: undefined });
  }
}
