import { EventHub, type SessionEventName, type SessionEvents } from "../events.ts";

/** Of what happens to a remember-me token those that concern its session, or its store. */
const TOLD: ReadonlySet<SessionEventName> = new Set([
  "token-rejected",
  "reuse-detected",
  "ended",
  "store-error",
]);

/** The events of the tokens: what is not worth telling as a session's own is kept back. */
export class TokenEvents extends EventHub {
  readonly #sessions: EventHub;

  constructor(sessions: EventHub) {
    super();
    this.#sessions = sessions;
  }

  override emit<Name extends SessionEventName>(name: Name, event: SessionEvents[Name]): void {
    if (TOLD.has(name)) this.#sessions.emit(name, event);
  }
}
