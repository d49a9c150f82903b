import type { Context } from "../context.ts";

/**
 * Lets the tie of a session last as long as the session may by now. A login of the application's own, as with a password on a page that asks for it, restarts the session's
 * absolute time. As well as it can be done: the login has been made already.
 */
export async function prolong<Data extends object>(
  { connections, events, settings: { sessions, clock } }: Context<Data>,
  sessionId: string,
): Promise<void> {
  try {
    await connections.extend(sessionId, clock() + sessions.longest);
  } catch {
    events.emit("provider-failed", { operation: "prolong", detail: undefined });
  }
}
