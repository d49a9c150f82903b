import { find } from "./page-parts.ts";

/** `expired`: by itself. `ended`: elsewhere. `left`: signed out in another tab. `other`: somebody else is signed in. */
export type Reason = "expired" | "ended" | "left" | "other";

let isAway = false;

export const over = {
  /** The page is put away. */
  get is(): boolean {
    return isAway;
  },
};

/** Takes what was for one user off the screen and out of the page, and says why. */
export function putAway(reason: Reason): void {
  if (isAway) return;
  isAway = true;
  for (const part of document.querySelectorAll("[data-private], .menu .count")) part.remove();
  const words = find<HTMLTemplateElement>(`over-${reason}`).content.cloneNode(true);
  find("main").replaceChildren(words);
  // Where a keyboard was is gone: it goes on at what has come in its place, and a screen reader reads that.
  find("main").querySelector("h1")?.focus();
}
