import type { Sessions } from "@coatcheck/core";
import { SessionNotLoadedError } from "@coatcheck/core";

type Manager = Sessions<object>;

/** The managers of a request, on Node's own request object, and of a WebSocket client: nearly always one. A `WeakMap` would cost every request ten times as much. */
const MANAGERS = Symbol("coatcheck.managers");

interface Noted {
  [MANAGERS]?: Manager | readonly Manager[];
}

export function noteManager(request: object, sessions: Manager): void {
  const noted = request as Noted;
  if (noted[MANAGERS] === undefined) noted[MANAGERS] = sessions;
  else if (!isNoted(request, sessions)) noted[MANAGERS] = [...managersOf(request), sessions];
}

export function isNoted(request: object, sessions: Manager): boolean {
  const noted = (request as Noted)[MANAGERS];
  return noted !== undefined && (noted === sessions || managersOf(request).includes(sessions));
}

function managersOf(request: object): readonly Manager[] {
  return [(request as Noted)[MANAGERS] ?? []].flat();
}

/** Of a request of Nest's or of Node's, or of a client: the one manager that it has. */
export function onlyManagerOf(request: object, decorator: string): Manager {
  const { raw } = request as { readonly raw?: object };
  const [manager, ...others] = managersOf(raw ?? request);
  if (manager && others.length === 0) return manager;
  throw new SessionNotLoadedError(
    manager
      ? `there are several session managers: say which, as in @${decorator}(sessions)`
      : "this request has no session: import the SessionModule, or see if the route opted out",
  );
}
