import type { Sessions } from "../session/manager.ts";
import type { Session } from "../session/session.ts";

/**
 * `request.session`, for `Object.defineProperty`. One object serves all requests. Assigning is refused: `session = null` signs out in other
 * libraries, and to swallow it would leave the user signed in.
 */
export function sessionProperty<Data extends object>(
  sessions: Sessions<Data>,
): { configurable: true; get(this: object): Session<Data>; set(this: object): never } {
  return {
    configurable: true,
    get() {
      return sessions.of(this);
    },
    set() {
      throw new TypeError(
        "the session cannot be assigned: call destroy() to end it, or set() to change it",
      );
    },
  };
}
