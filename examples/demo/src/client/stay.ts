import { find, trouble } from "./page-parts.ts";
import { send } from "./session.ts";

const warning = document.getElementById("warning");
/** Where the keyboard was before it came to the warning. */
let before: Element | null = null;

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof Element && !warning?.contains(target)) before = target;
});

document.addEventListener("submit", async (event) => {
  const form = event.target as HTMLFormElement;
  if (form.getAttribute("action") !== "/stay") return;
  event.preventDefault();
  try {
    await send(form);
    trouble(undefined);
    // The warning goes, and with it what has the focus.
    const back = before instanceof HTMLElement && before.isConnected ? before : find("main");
    back.focus();
  } catch {
    trouble("The server does not answer, so you do not stay signed in yet. Try it again.");
  }
});
