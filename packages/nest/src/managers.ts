import type { Sessions } from "@coatcheck/core";
import { SessionNotLoadedError } from "@coatcheck/core";

/** The managers of each request, by Node's own request object, and of each WebSocket client. */
const managers = new WeakMap<object, Set<Sessions<object>>>();

export function noteManager(request: object, sessions: Sessions<object>): void {
  const known = managers.get(request);
  if (known) known.add(sessions);
  else managers.set(request, new Set([sessions]));
}

/** Of a request of Nest's or of Node's, or of a client: the one manager that it has. */
export function onlyManagerOf(request: object, decorator: string): Sessions<object> {
  const { raw } = request as { readonly raw?: object };
  const [manager, ...others] = managers.get(raw ?? request) ?? [];
  if (manager && others.length === 0) return manager;
  throw new SessionNotLoadedError(
    manager
      ? `there are several session managers: say which, as in @${decorator}(sessions)`
      : "this request has no session: import the SessionModule, or see if the route opted out",
  );
}
