import type { Context } from "../context.ts";
import { failureOf } from "../provider/failure.ts";
import { revokeGrant } from "../provider/grants.ts";

/**
 * Gives up the tie of a session that is over, and its refresh token. As well as it can be done: the session is over already, and nobody waits. What cannot be removed from
 * the store ends with the session's own time.
 */
export async function untie<Data extends object>(
  { connections, provider, events }: Context<Data>,
  sessionId: string,
): Promise<void> {
  try {
    const connection = await connections.end(sessionId);
    if (connection) await revokeGrant(provider, connection.tokens);
  } catch (error) {
    const { detail } = failureOf(error);
    events.emit("provider-failed", { operation: "untie", detail });
  }
}
