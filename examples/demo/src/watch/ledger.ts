import type { Trace } from "./trace.ts";

const MOST_SESSIONS = 500;
const MOST_REQUESTS = 6;

/** The last requests of each session, whichever server had them. It lives and ends with the process. */
export class Ledger {
  readonly #traces = new Map<string, Trace[]>();

  /** Under its session's id. Where the session ended, under its own: only who was told it can ask for it. */
  keep(trace: Trace): void {
    const { change, isKnown, sessionId } = trace;
    const isStored = isKnown || change === "set";
    const key = change === "cleared" ? trace.id : sessionId;
    // The stream of an open page is no request of the visitor's.
    if (key === undefined || !isStored || trace.path.startsWith("/events")) return;
    const known = this.#traces.get(key) ?? [];
    this.#traces.delete(key);
    this.#traces.set(key, [trace, ...known].slice(0, MOST_REQUESTS));
    const [oldest] = this.#traces.keys();
    if (this.#traces.size > MOST_SESSIONS && oldest !== undefined) this.#traces.delete(oldest);
  }

  /** Newest first. */
  of(key: string): readonly Trace[] {
    return this.#traces.get(key) ?? [];
  }
}
