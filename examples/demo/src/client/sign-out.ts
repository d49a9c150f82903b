import { leaveFor, leaving } from "./leaving.ts";
import { trouble } from "./page-parts.ts";
import { nextOf, requestOf, session } from "./session.ts";

/** Every "Log out" is a form that works by itself. By the session client all tabs know at once, and what was typed is removed. */
document.addEventListener("submit", async (event) => {
  const form = event.target as HTMLFormElement;
  if (form.getAttribute("action") !== "/logout") return;
  event.preventDefault();
  leaving.is = true;
  try {
    leaveFor(await nextOf(await session.signOut(form.action, requestOf(form))));
  } catch {
    leaving.is = false;
    trouble("The server does not answer: you are still signed in. Try it again.");
  }
});
