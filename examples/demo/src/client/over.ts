import { find } from "./page-parts.ts";

/** `expired`: by itself. `ended`: elsewhere. `left`: signed out in another tab. `other`: somebody else is signed in. */
export type Reason = "expired" | "ended" | "left" | "other";

/** Why the page is put away; `undefined`: it is not. */
let away: Reason | undefined;

export function isAway(): boolean {
  return away !== undefined;
}

/** Takes what was for one user off the screen and out of the page, and says why. What is known later is the better reason. */
export function putAway(reason: Reason): void {
  if (away === reason) return;
  away = reason;
  for (const part of document.querySelectorAll("[data-private], .menu .count")) part.remove();
  const words = find<HTMLTemplateElement>(`over-${reason}`).content.cloneNode(true);
  find("main").replaceChildren(words);
  const heading = find("main").querySelector("h1");
  // In the strip of tabs too.
  document.title = document.title.replace(/^.* · /, `${heading?.textContent} · `);
  // Where a keyboard was is gone: it goes on at what has come in its place, and a screen reader reads that.
  heading?.focus();
}
