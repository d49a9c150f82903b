import { isAway } from "./over.ts";
import { pageSession, session } from "./session.ts";

let events: EventSource | undefined;

/** One stream a page that is looked at: a browser has six connections for a server, and a hidden tab needs none. */
function follow(): void {
  events?.close();
  events = undefined;
  if (pageSession === undefined || document.hidden || isAway()) return;
  events = new EventSource(`/events?session=${pageSession}`);
  // Ended by another server or another browser: tabs of this one have told each other already.
  events.addEventListener("ended", () => {
    events?.close();
    void session.check();
  });
}

follow();
document.addEventListener("visibilitychange", follow);
addEventListener("pageshow", ({ persisted }) => persisted && follow());
