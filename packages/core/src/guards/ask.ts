import { chain, type MaybePromise } from "../promise.ts";
import type { Sessions } from "../session/manager.ts";
import type { Guard } from "./guard.ts";
import type { RefusedError } from "./refused.ts";
import type { GuardedRequest } from "./request.ts";

/**
 * For framework packages: reads the session that `request` is bound to, if that has not happened yet, and asks the guard about it.
 *
 * @throws SessionNotLoadedError if no framework package has opened one, so that a route whose guard nobody serves is closed
 */
export function askGuard<Data extends object>(
  guard: Guard,
  sessions: Sessions<Data>,
  request: object,
  about: GuardedRequest,
): MaybePromise<RefusedError | undefined> {
  return chain(sessions.load(request), (session) => guard(session, about));
}
