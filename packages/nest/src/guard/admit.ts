import type { Sessions } from "@coatcheck/core";
import {
  type Guard,
  type GuardedRequest,
  type GuardOptions,
  guardOf,
  recheckSession,
  requirementOf,
  userRequired,
} from "@coatcheck/core/guards";
import type { ExecutionContext } from "@nestjs/common";
import { type Caller, callerOf } from "./context.ts";
import { type Access, accessOf, asks } from "./metadata.ts";
import { refuse } from "./refuse.ts";

const options = new WeakMap<object, GuardOptions>();
const guards = new WeakMap<object, Map<string, Guard>>();

/** How the guards of a manager answer. Throws a `SessionConfigError` at once. */
export function answerWith(sessions: Sessions<object>, answers: GuardOptions): void {
  guardOf(userRequired, answers);
  options.set(sessions, answers);
  guards.delete(sessions);
}

/** Whether a call may go on: `true`, or the exception that says why not. */
export async function admit(
  sessions: Sessions<object>,
  key: symbol,
  context: ExecutionContext,
): Promise<boolean> {
  const access = accessOf(context, key);
  // Both at one place: the stricter one.
  const isOpen = access.isPublic === true && !asks(access);
  if (isOpen && !isBoundClient(sessions, context)) return true;
  const caller = callerOf(context);
  const session = await sessions.load(caller.request);
  // The session may have ended since the connection was made: what is public must not take it for that user either.
  if (caller.kind === "ws") await recheckSession(sessions, session);
  if (isOpen) return true;
  const refused = guardFor(sessions, access)(session, aboutOf(caller));
  if (refused) await refuse(context, caller, refused);
  return true;
}

function isBoundClient(sessions: Sessions<object>, context: ExecutionContext): boolean {
  return context.getType() === "ws" && !!sessions.bound(context.switchToWs().getClient<object>());
}

function guardFor(sessions: Sessions<object>, access: Access): Guard {
  const known = guards.get(sessions) ?? new Map<string, Guard>();
  guards.set(sessions, known);
  const asked = `${access.within ?? ""} ${access.elevated ?? ""}`;
  const guard = known.get(asked) ?? guardOf(requirementOf(access), options.get(sessions));
  known.set(asked, guard);
  return guard;
}

/** What Express's request and Fastify's have in common. */
interface PlatformRequest extends GuardedRequest {
  readonly originalUrl?: string;
  readonly host?: string;
}

/** Of GraphQL and of a WebSocket there is no page to show, nor one to come back to. */
function aboutOf({ kind, request }: Caller): GuardedRequest {
  if (kind !== "http") return { headers: {}, method: "POST" };
  const { method, headers, originalUrl: url, host } = request as PlatformRequest;
  return { method, headers, url, facts: { host: () => host } };
}
