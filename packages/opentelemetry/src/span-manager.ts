import type { Sessions } from "@coatcheck/core";
import type { Telemetry } from "./options.ts";
import { spanned } from "./spanned.ts";

/**
 * Puts a span around each `open` and the first `commit` of each session. Framework packages commit once more before the end of a response,
 * which as a rule has nothing to do. Framework packages call both on the manager, so that what stands there in their place
 * sees every request. The function returned takes it away.
 */
export function spanManager<Data extends object>(
  sessions: Sessions<Data>,
  { tracer, prefix }: Telemetry,
): () => void {
  const { open, commit } = sessions;
  const committed = new WeakSet<object>();
  let ended = false;

  // Nothing is asked of the session: that would make the response depend on it.
  const opening: typeof open = (request, facts, channel) => {
    const work = () => open.call(sessions, request, facts, channel);
    return ended ? work() : spanned(tracer, `${prefix} open`, {}, work, () => {});
  };
  const committing: typeof commit = (session) => {
    const work = () => commit.call(sessions, session);
    if (ended || committed.has(session)) return work();
    committed.add(session);
    return spanned(tracer, `${prefix} commit`, {}, work, (span, headers) => {
      const tells = headers.some(([name]) => name === "set-cookie");
      span.setAttribute(`${prefix}.set_cookie`, tells);
    });
  };

  Object.assign(sessions, { open: opening, commit: committing });
  return () => {
    ended = true;
    // Unless something was put around it since: then it lets everything pass.
    if (sessions.open === opening) Object.assign(sessions, { open });
    if (sessions.commit === committing) Object.assign(sessions, { commit });
  };
}
