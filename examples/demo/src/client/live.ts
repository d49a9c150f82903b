import type { SessionChange, SessionClientState } from "@coatcheck/browser/session";
import { leaving } from "./leaving.ts";
import { isAway, putAway } from "./over.ts";
import { find, say, spanWords } from "./page-parts.ts";
import { pageUser, ready, session } from "./session.ts";

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** When the session ends, by this device's clock, as it was known last. */
let ends = Number.POSITIVE_INFINITY;

function changed({ state, before, userId }: SessionChange): void {
  if (leaving.is || state === "unknown") return;
  if (pageUser === undefined) greet(userId);
  else if (state === "anonymous") putAway(before === "unknown" ? "ended" : "left");
  else if (state === "expired") putAway(Date.now() >= ends - 1_000 ? "expired" : "ended");
  else if (userId !== undefined && userId !== pageUser) putAway("other");
  // Logged in again, in another tab: nothing is on this page that a reload could lose.
  else if (isAway()) location.reload();
  else announce(state, before);
}

function announce(state: SessionClientState, before: SessionClientState): void {
  find("warning").hidden = state !== "expiring";
  if (state === "expiring") {
    const left = spanWords(session.expiresIn ?? 0);
    say(`You will be signed out in ${left}. At the top of the page you can stay signed in.`);
  } else if (state === "offline") {
    say("The server does not answer.");
  } else if (before === "offline") {
    say("The server answers again.");
  } else if (before === "expiring") {
    say("You stay signed in.");
  }
}

/** On a page that was made for nobody. */
function greet(userId: string | undefined): void {
  find("hello").hidden = userId === undefined;
  find("hello-user").textContent = userId ?? "";
  if (userId !== undefined) say(`You are signed in as ${userId}, in another tab.`);
}

/** Each second. Nothing of it is read out: who listens is told when the state changes. */
function tick(): void {
  const { expiresIn, state, userId } = session;
  if (expiresIn !== undefined) ends = Date.now() + expiresIn;
  if (isAway() || document.hidden) return;
  const left = expiresIn === undefined ? undefined : spanWords(expiresIn);
  write("live-state", state);
  write("live-user", userId ?? "nobody");
  write("live-ends", left === undefined ? "—" : `in ${left}, if no request comes`);
  find("live").hidden = state === "unknown";
  if (pageUser === undefined) return;
  write("warning-left", left ?? "a while");
  write("until", untilWords());
  find("until").hidden = expiresIn === undefined;
}

function untilWords(): string {
  if (session.state === "offline") return "no connection";
  if (!Number.isFinite(ends)) return "";
  const isToday = new Date(ends).toDateString() === new Date().toDateString();
  return `until ${(isToday ? time : dayAndTime).format(ends)}`;
}

function write(id: string, words: string): void {
  const part = find(id);
  if (part.textContent !== words) part.textContent = words;
}

session.onChange((change) => {
  changed(change);
  tick();
});
void ready.then(tick);
setInterval(tick, 1_000);
document.addEventListener("visibilitychange", tick);
// A page that comes out of the back-forward cache is as old as it was.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  leaving.is = false;
  // What happened while it was left is not told again: it may have been left for a logout.
  const { state, userId } = session;
  changed({ state, before: state, userId });
  void session.check();
});
